//! Classifies the statements of `PostgreSQL`. Forbidden are transaction control and COPY over the
//! connection. No statement commits implicitly, and a COMMIT in a procedure or a DO block fails
//! inside an open transaction, so the server never has to be asked at the end.
//! <https://www.postgresql.org/docs/current/sql-commands.html>

use crate::sql::{
    Kind, Names, Reason,
    lex::Lexer,
    name_of, names, reads, rollback,
    token::{Keyword, Token},
};

pub(super) fn classify(leading: Keyword, lexer: &mut Lexer<'_>) -> Kind {
    match leading.as_bytes() {
        b"SELECT" | b"VALUES" | b"TABLE" => reads::select(lexer),
        b"WITH" => reads::with(lexer),
        b"SHOW" => Kind::Read,
        b"EXPLAIN" => reads::explain(lexer),
        b"BEGIN" => Kind::control("BEGIN"),
        b"START" => Kind::control("START TRANSACTION"),
        b"COMMIT" if lexer.keyword().as_bytes() == b"PREPARED" => Kind::control("COMMIT PREPARED"),
        b"COMMIT" => Kind::control("COMMIT"),
        b"END" => Kind::control("END"),
        b"ROLLBACK" => rollback(lexer),
        b"ABORT" => Kind::control("ABORT"),
        b"SAVEPOINT" => Kind::control("SAVEPOINT"),
        b"RELEASE" => Kind::control("RELEASE SAVEPOINT"),
        b"PREPARE" if lexer.keyword().as_bytes() == b"TRANSACTION" => {
            Kind::control("PREPARE TRANSACTION")
        }
        b"SET" => set(lexer),
        b"COPY" => copy(lexer),
        b"CREATE" => create(lexer),
        _ => Kind::Other,
    }
}

/// The parameters that SET TRANSACTION sets.
/// <https://www.postgresql.org/docs/current/sql-set-transaction.html>
const OWN: &Names =
    &names!("SET": "transaction_isolation" "transaction_read_only" "transaction_deferrable");
/// The parameters that SET SESSION CHARACTERISTICS sets. With SET LOCAL they do not outlive the
/// transaction.
const DEFAULTS: &Names = &names!("SET": "default_transaction_isolation"
    "default_transaction_read_only" "default_transaction_deferrable");

fn set(lexer: &mut Lexer<'_>) -> Kind {
    let mut local = false;
    while let Some(Token::Word(name) | Token::Quoted(name)) = lexer.token() {
        let default = || name_of(name, DEFAULTS).filter(|_| !local);
        if let Some(what) = name_of(name, OWN).or_else(default) {
            return Kind::control(what);
        }
        match Keyword::new(name).as_bytes() {
            b"TRANSACTION" => return Kind::control("SET TRANSACTION"),
            b"CHARACTERISTICS" => {
                return Kind::control("SET SESSION CHARACTERISTICS AS TRANSACTION");
            }
            b"LOCAL" => local = true,
            b"SESSION" => {}
            _ => return Kind::Other,
        }
    }
    Kind::Other
}

/// `COPY t [(..)] FROM STDIN` and `COPY t | (query) TO STDOUT`. The server itself reads and writes
/// files and programs. It also accepts STDIN after TO and STDOUT after FROM.
/// <https://www.postgresql.org/docs/current/sql-copy.html>
fn copy(lexer: &mut Lexer<'_>) -> Kind {
    while let Some(token) = lexer.token_or_group() {
        let what = if token.is_word(b"FROM") {
            "COPY .. FROM STDIN"
        } else if token.is_word(b"TO") {
            "COPY .. TO STDOUT"
        } else {
            continue;
        };
        return match lexer.keyword().as_bytes() {
            b"STDIN" | b"STDOUT" => Kind::forbidden(what, Reason::Copy),
            _ => Kind::Other,
        };
    }
    Kind::Other
}

/// Consumes the body of `CREATE [OR REPLACE] FUNCTION | PROCEDURE .. BEGIN ATOMIC ..; END`. A `;`
/// in it does not end the statement.
/// <https://www.postgresql.org/docs/current/sql-createfunction.html>
fn create(lexer: &mut Lexer<'_>) -> Kind {
    let mut object = lexer.keyword();
    while matches!(object.as_bytes(), b"OR" | b"REPLACE") {
        object = lexer.keyword();
    }
    if !matches!(object.as_bytes(), b"FUNCTION" | b"PROCEDURE") {
        return Kind::Other;
    }
    // In parentheses, `begin atomic` is an argument and its type.
    let mut begin = false;
    while let Some(token) = lexer.token_or_group() {
        if begin && token.is_word(b"ATOMIC") {
            lexer.skip_body();
            break;
        }
        begin = token.is_word(b"BEGIN");
    }
    Kind::Other
}
