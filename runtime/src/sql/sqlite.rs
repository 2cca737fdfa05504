//! Classifies the statements of `SQLite`. Forbidden are transaction control and `PRAGMA
//! query_only`, which would end the read-only mode of a session. ATTACH, DETACH and VACUUM are not:
//! inside a transaction they fail or do no harm to it.
//! <https://sqlite.org/lang.html>

use crate::sql::{
    Kind,
    lex::Lexer,
    reads, rollback,
    token::{Keyword, Token},
};

pub(super) fn classify(leading: Keyword, lexer: &mut Lexer<'_>) -> Kind {
    match leading.as_bytes() {
        // SQLite has no SELECT .. INTO.
        b"SELECT" | b"VALUES" => Kind::Read,
        b"WITH" => reads::with(lexer),
        b"EXPLAIN" => explain(lexer),
        b"BEGIN" => Kind::control("BEGIN"),
        b"COMMIT" => Kind::control("COMMIT"),
        b"END" => Kind::control("END"),
        b"ROLLBACK" => rollback(lexer),
        b"SAVEPOINT" => Kind::control("SAVEPOINT"),
        b"RELEASE" => Kind::control("RELEASE SAVEPOINT"),
        b"PRAGMA" => pragma(lexer),
        b"CREATE" => {
            pass_trigger(lexer);
            Kind::Other
        }
        _ => Kind::Other,
    }
}

/// `query_only` and some other pragmas take effect while the statement is compiled, also under
/// EXPLAIN. <https://sqlite.org/pragma.html#pragma>
fn explain(lexer: &mut Lexer<'_>) -> Kind {
    let mut explained = lexer.keyword();
    while matches!(explained.as_bytes(), b"QUERY" | b"PLAN") {
        explained = lexer.keyword();
    }
    match explained.as_bytes() {
        b"PRAGMA" => pragma(lexer),
        b"CREATE" => {
            pass_trigger(lexer);
            Kind::Read
        }
        _ => Kind::Read,
    }
}

/// `PRAGMA [schema.]name`. Both names may be quoted. With `= value` or `(value)` it may write.
fn pragma(lexer: &mut Lexer<'_>) -> Kind {
    // These write to the database file without an argument.
    const WRITES: &[&[u8]] = &[b"optimize", b"incremental_vacuum", b"wal_checkpoint"];
    let mut name: &[u8] = b"";
    while let Some(token) = lexer.token() {
        match token {
            Token::Word(part) | Token::Quoted(part) => name = part,
            Token::Symbol(b'.') => {}
            Token::Symbol(_) if name.eq_ignore_ascii_case(b"query_only") => {
                return Kind::control("PRAGMA query_only");
            }
            Token::Symbol(_) => return Kind::Other,
        }
    }
    if WRITES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
        Kind::Other
    } else {
        Kind::Read
    }
}

/// Consumes the body of `CREATE [TEMP] TRIGGER .. BEGIN ..; END`. A `;` in it does not end the
/// statement. <https://sqlite.org/lang_createtrigger.html>
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
