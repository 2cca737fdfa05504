//! `SQLite`: transaction control, and the one pragma that would lift the read-only mode of a
//! session. ATTACH, DETACH and VACUUM fail on their own inside a transaction, or do no harm to it.
//! <https://sqlite.org/lang.html>

use crate::sql::{
    Verdict,
    lex::Lexer,
    reads, rollback,
    token::{Keyword, Token},
};

pub(super) fn judge(leading: Keyword, lexer: &mut Lexer<'_>) -> Verdict {
    match leading.as_bytes() {
        // There is no SELECT .. INTO.
        b"SELECT" | b"VALUES" => Verdict::Read,
        b"WITH" => reads::with(lexer),
        b"EXPLAIN" => explain(lexer),
        b"BEGIN" => Verdict::control("BEGIN"),
        b"COMMIT" => Verdict::control("COMMIT"),
        b"END" => Verdict::control("END"),
        b"ROLLBACK" => rollback(lexer),
        b"SAVEPOINT" => Verdict::control("SAVEPOINT"),
        b"RELEASE" => Verdict::control("RELEASE SAVEPOINT"),
        b"PRAGMA" => pragma(lexer),
        b"CREATE" => {
            pass_trigger(lexer);
            Verdict::Other
        }
        _ => Verdict::Other,
    }
}

/// Some pragmas, `query_only` among them, act while they are compiled: EXPLAIN does not hold them
/// back. <https://sqlite.org/pragma.html#pragma>
fn explain(lexer: &mut Lexer<'_>) -> Verdict {
    let mut explained = lexer.keyword();
    while matches!(explained.as_bytes(), b"QUERY" | b"PLAN") {
        explained = lexer.keyword();
    }
    match explained.as_bytes() {
        b"PRAGMA" => pragma(lexer),
        b"CREATE" => {
            pass_trigger(lexer);
            Verdict::Read
        }
        _ => Verdict::Read,
    }
}

/// `PRAGMA [schema.]name`, also quoted; with `= value` or `(value)` it may change something.
fn pragma(lexer: &mut Lexer<'_>) -> Verdict {
    // Without an argument they work on the database file.
    const WORK: &[&[u8]] = &[b"optimize", b"incremental_vacuum", b"wal_checkpoint"];
    let mut name: &[u8] = b"";
    while let Some(token) = lexer.token() {
        match token {
            Token::Word(part) | Token::Quoted(part) => name = part,
            Token::Symbol(b'.') => {}
            Token::Symbol(_) if name.eq_ignore_ascii_case(b"query_only") => {
                return Verdict::control("PRAGMA query_only");
            }
            Token::Symbol(_) => return Verdict::Other,
        }
    }
    if WORK.iter().any(|work| name.eq_ignore_ascii_case(work)) {
        Verdict::Other
    } else {
        Verdict::Read
    }
}

/// Passes the body of `CREATE [TEMP] TRIGGER .. BEGIN ..; END`: its `;` end no statement of the
/// text. <https://sqlite.org/lang_createtrigger.html>
fn pass_trigger(lexer: &mut Lexer<'_>) {
    let mut object = lexer.keyword();
    if matches!(object.as_bytes(), b"TEMP" | b"TEMPORARY") {
        object = lexer.keyword();
    }
    if object.as_bytes() != b"TRIGGER" {
        return;
    }
    while let Some(token) = lexer.token() {
        if token.is_word(b"BEGIN") {
            return lexer.skip_body();
        }
    }
}
