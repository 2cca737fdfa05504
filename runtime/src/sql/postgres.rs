//! `PostgreSQL`: transaction control and COPY over the connection. Nothing commits implicitly, and
//! a COMMIT in a procedure or a DO block fails inside our transaction, so that text and server
//! together tell everything. <https://www.postgresql.org/docs/current/sql-commands.html>

use crate::sql::{
    Forbidden, Reason, Verdict,
    lex::Lexer,
    reads, rollback,
    token::{Keyword, Token},
};

pub(super) fn judge(leading: Keyword, lexer: &mut Lexer<'_>) -> Verdict {
    match leading.as_bytes() {
        b"SELECT" | b"VALUES" | b"TABLE" => reads::select(lexer),
        b"WITH" => reads::with(lexer),
        b"SHOW" => Verdict::Read,
        b"EXPLAIN" => reads::explain(lexer),
        b"BEGIN" => Verdict::control("BEGIN"),
        b"START" => Verdict::control("START TRANSACTION"),
        b"COMMIT" if lexer.keyword().as_bytes() == b"PREPARED" => {
            Verdict::control("COMMIT PREPARED")
        }
        b"COMMIT" => Verdict::control("COMMIT"),
        b"END" => Verdict::control("END"),
        b"ROLLBACK" => rollback(lexer),
        b"ABORT" => Verdict::control("ABORT"),
        b"SAVEPOINT" => Verdict::control("SAVEPOINT"),
        b"RELEASE" => Verdict::control("RELEASE SAVEPOINT"),
        b"PREPARE" if lexer.keyword().as_bytes() == b"TRANSACTION" => {
            Verdict::control("PREPARE TRANSACTION")
        }
        b"SET" => set(lexer),
        b"COPY" => copy(lexer),
        b"CREATE" => create(lexer),
        _ => Verdict::Other,
    }
}

/// The parameters behind SET TRANSACTION, and, where SET outlives the transaction, those behind SET
/// SESSION CHARACTERISTICS. <https://www.postgresql.org/docs/current/sql-set-transaction.html>
const OWN: &[(&str, &str)] = &[
    ("transaction_isolation", "SET transaction_isolation"),
    ("transaction_read_only", "SET transaction_read_only"),
    ("transaction_deferrable", "SET transaction_deferrable"),
];
const DEFAULTS: &[(&str, &str)] = &[
    (
        "default_transaction_isolation",
        "SET default_transaction_isolation",
    ),
    (
        "default_transaction_read_only",
        "SET default_transaction_read_only",
    ),
    (
        "default_transaction_deferrable",
        "SET default_transaction_deferrable",
    ),
];

fn set(lexer: &mut Lexer<'_>) -> Verdict {
    let mut local = false;
    while let Some(Token::Word(name) | Token::Quoted(name)) = lexer.token() {
        let named = |table: &[(&str, &'static str)]| {
            table
                .iter()
                .find(|(parameter, _)| name.eq_ignore_ascii_case(parameter.as_bytes()))
                .map(|&(_, what)| what)
        };
        if name.eq_ignore_ascii_case(b"LOCAL") {
            local = true;
        } else if name.eq_ignore_ascii_case(b"TRANSACTION") {
            return Verdict::control("SET TRANSACTION");
        } else if name.eq_ignore_ascii_case(b"CHARACTERISTICS") {
            return Verdict::control("SET SESSION CHARACTERISTICS AS TRANSACTION");
        } else if let Some(what) = named(OWN).or_else(|| if local { None } else { named(DEFAULTS) })
        {
            return Verdict::control(what);
        } else if !name.eq_ignore_ascii_case(b"SESSION") {
            return Verdict::Other;
        }
    }
    Verdict::Other
}

/// `COPY t [(..)] FROM STDIN` and `COPY t | (query) TO STDOUT`; files and programs are the server's
/// business. It takes STDIN for STDOUT and the other way round.
/// <https://www.postgresql.org/docs/current/sql-copy.html>
fn copy(lexer: &mut Lexer<'_>) -> Verdict {
    let mut depth = 0_usize;
    while let Some(token) = lexer.token() {
        let what = match token {
            Token::Symbol(b'(') => {
                depth += 1;
                continue;
            }
            Token::Symbol(b')') => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ if depth > 0 => continue,
            _ if token.is_word(b"FROM") => "COPY .. FROM STDIN",
            _ if token.is_word(b"TO") => "COPY .. TO STDOUT",
            _ => continue,
        };
        return match lexer.keyword().as_bytes() {
            b"STDIN" | b"STDOUT" => Verdict::Forbidden(Forbidden {
                what,
                reason: Reason::Copy,
            }),
            _ => Verdict::Other,
        };
    }
    Verdict::Other
}

/// Passes the body of `CREATE [OR REPLACE] FUNCTION | PROCEDURE .. BEGIN ATOMIC ..; END`: its `;`
/// end no statement of the text. <https://www.postgresql.org/docs/current/sql-createfunction.html>
fn create(lexer: &mut Lexer<'_>) -> Verdict {
    let mut object = lexer.keyword();
    while matches!(object.as_bytes(), b"OR" | b"REPLACE") {
        object = lexer.keyword();
    }
    if !matches!(object.as_bytes(), b"FUNCTION" | b"PROCEDURE") {
        return Verdict::Other;
    }
    // Inside parentheses `begin atomic` is an argument and its type.
    let mut depth = 0_usize;
    let mut begin = false;
    while let Some(token) = lexer.token() {
        match token {
            Token::Symbol(b'(') => depth += 1,
            Token::Symbol(b')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if begin && token.is_word(b"ATOMIC") {
            lexer.skip_body();
            return Verdict::Other;
        }
        begin = depth == 0 && token.is_word(b"BEGIN");
    }
    Verdict::Other
}
