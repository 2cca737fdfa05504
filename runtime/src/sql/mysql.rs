//! Classifies the statements of `MySQL` and `MariaDB`. Forbidden are transaction control and what
//! commits implicitly on either server. After a statement that is in none of the lists, or that
//! runs stored or dynamic SQL, the server is asked at the end of the transaction.
//! <https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html>
//! <https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/>

use crate::sql::{
    Kind, Names,
    lex::Lexer,
    name_of, names, reads, rollback,
    token::{Keyword, Token},
};

pub(super) fn classify(leading: Keyword, lexer: &mut Lexer<'_>) -> Kind {
    match leading.as_bytes() {
        b"SELECT" | b"VALUES" | b"TABLE" => reads::select(lexer),
        b"INSERT" | b"UPDATE" | b"DELETE" | b"REPLACE" => Kind::Other,
        b"WITH" => reads::with(lexer),
        b"SHOW" => Kind::Read,
        b"EXPLAIN" | b"DESCRIBE" | b"DESC" => reads::explain(lexer),
        b"SET" => set(lexer),
        _ => control(leading, lexer)
            .or_else(|| commits(leading, lexer))
            .unwrap_or_else(|| harmless(leading)),
    }
}

fn control(leading: Keyword, lexer: &mut Lexer<'_>) -> Option<Kind> {
    let what = match leading.as_bytes() {
        b"BEGIN" => "BEGIN",
        b"COMMIT" => "COMMIT",
        b"ROLLBACK" => return Some(rollback(lexer)),
        b"SAVEPOINT" => "SAVEPOINT",
        b"RELEASE" => "RELEASE SAVEPOINT",
        b"XA" => "XA",
        b"START" => {
            return Some(match lexer.keyword().as_bytes() {
                b"TRANSACTION" => Kind::control("START TRANSACTION"),
                _ => Kind::commits("START REPLICA"),
            });
        }
        _ => return None,
    };
    Some(Kind::control(what))
}

fn commits(leading: Keyword, lexer: &mut Lexer<'_>) -> Option<Kind> {
    let what = match leading.as_bytes() {
        b"CREATE" => return Some(definition("CREATE", CREATE, lexer)),
        b"ALTER" => return Some(definition("ALTER", ALTER, lexer)),
        b"DROP" => return Some(definition("DROP", DROP, lexer)),
        b"RENAME" => return Some(definition("RENAME", RENAME, lexer)),
        b"LOCK" => return with_tables("LOCK TABLES", lexer),
        b"UNLOCK" => return with_tables("UNLOCK TABLES", lexer),
        // MariaDB's ANALYZE runs a statement and shows its plan.
        b"ANALYZE" => return Some(with_tables("ANALYZE TABLE", lexer).unwrap_or(Kind::Other)),
        b"LOAD" => match lexer.keyword().as_bytes() {
            b"INDEX" => "LOAD INDEX INTO CACHE",
            // DATA and XML commit only for NDB tables, which only MySQL's cluster has.
            _ => return Some(Kind::Other),
        },
        b"RESET" => match lexer.keyword().as_bytes() {
            b"PERSIST" => return Some(Kind::Other),
            _ => "RESET",
        },
        b"TRUNCATE" => "TRUNCATE TABLE",
        b"CHECK" => "CHECK TABLE",
        b"OPTIMIZE" => "OPTIMIZE TABLE",
        b"REPAIR" => "REPAIR TABLE",
        b"CACHE" => "CACHE INDEX",
        b"FLUSH" => "FLUSH",
        b"GRANT" => "GRANT",
        b"REVOKE" => "REVOKE",
        b"INSTALL" => "INSTALL PLUGIN",
        b"UNINSTALL" => "UNINSTALL PLUGIN",
        b"CHANGE" => "CHANGE REPLICATION",
        b"STOP" => "STOP REPLICA",
        b"BACKUP" => "BACKUP",
        b"SHUTDOWN" => "SHUTDOWN",
        _ => return None,
    };
    Some(Kind::commits(what))
}

/// Statements that neither list contains and that run no SQL from elsewhere. CALL, EXECUTE, BINLOG
/// and the compound statements of `MariaDB` (IF, LOOP, ..) do, so they are unknown.
fn harmless(leading: Keyword) -> Kind {
    match leading.as_bytes() {
        b"CHECKSUM" | b"DEALLOCATE" | b"DO" | b"GET" | b"HANDLER" | b"HELP" | b"KILL"
        | b"PREPARE" | b"RESIGNAL" | b"SIGNAL" | b"USE" => Kind::Other,
        _ => Kind::Unknown,
    }
}

/// The kinds of objects that each verb takes.
const CREATE: &Names = &names!("CREATE": "TABLE" "INDEX" "VIEW" "TRIGGER" "PROCEDURE" "FUNCTION"
    "EVENT" "DATABASE" "SCHEMA" "USER" "ROLE" "SEQUENCE" "SERVER" "TABLESPACE" "PACKAGE");
const ALTER: &Names = &names!("ALTER": "TABLE" "VIEW" "PROCEDURE" "FUNCTION" "EVENT" "DATABASE"
    "SCHEMA" "USER" "SEQUENCE" "SERVER" "TABLESPACE" "INSTANCE");
const DROP: &Names = &names!("DROP": "TABLE" "TABLES" "INDEX" "VIEW" "TRIGGER" "PROCEDURE"
    "FUNCTION" "EVENT" "DATABASE" "SCHEMA" "USER" "ROLE" "SEQUENCE" "SERVER" "TABLESPACE"
    "PACKAGE");
const RENAME: &Names = &names!("RENAME": "TABLE" "TABLES" "USER");

/// Definitions commit, except those of TEMPORARY tables. `CREATE TEMPORARY SEQUENCE` commits on
/// `MariaDB` 10.11. `DROP PREPARE` is DEALLOCATE and does not commit.
fn definition(verb: &'static str, objects: &Names, lexer: &mut Lexer<'_>) -> Kind {
    let mut previous = Token::Symbol(b' ');
    while let Some(token) = lexer.token() {
        let leading = previous == Token::Symbol(b' ') || previous.is_word(b"REPLACE");
        if leading && token.is_word(b"TEMPORARY") {
            return match lexer.keyword().as_bytes() {
                b"TABLE" | b"TABLES" => Kind::Other,
                _ => Kind::commits(verb),
            };
        }
        if leading && token.is_word(b"PREPARE") {
            return Kind::Other;
        }
        if let Token::Word(word) = token
            && let Some(what) = name_of(word, objects)
        {
            return Kind::commits(what);
        }
        previous = token;
    }
    Kind::commits(verb)
}

/// `LOCK TABLE[S]` commits, `LOCK INSTANCE` does not. `ANALYZE [LOCAL | NO_WRITE_TO_BINLOG]
/// TABLE[S]` commits, `ANALYZE SELECT` does not.
fn with_tables(what: &'static str, lexer: &mut Lexer<'_>) -> Option<Kind> {
    let mut object = lexer.token()?;
    if object.is_word(b"LOCAL") || object.is_word(b"NO_WRITE_TO_BINLOG") {
        object = lexer.token()?;
    }
    (object.is_word(b"TABLE") || object.is_word(b"TABLES")).then(|| Kind::commits(what))
}

/// Variables that control this transaction or the following ones. Setting `autocommit` commits.
/// With `completion_type` set, COMMIT begins another transaction. The others do what SET
/// TRANSACTION does.
const VARIABLES: &Names = &names!("SET": "autocommit" "completion_type" "transaction_isolation"
    "transaction_read_only" "tx_isolation" "tx_read_only");

/// SET takes a list: `SET @a = 1, SESSION autocommit = 0, @@session.tx_isolation = ..`.
/// <https://dev.mysql.com/doc/refman/8.4/en/set-variable.html>
fn set(lexer: &mut Lexer<'_>) -> Kind {
    let mut name: &[u8] = b"";
    let mut user_variable = false;
    let mut in_value = false;
    let mut depth = 0_usize;
    while let Some(token) = lexer.token() {
        match token {
            Token::Symbol(b'(') => depth += 1,
            Token::Symbol(b')') => depth = depth.saturating_sub(1),
            Token::Symbol(b',') if depth == 0 => {
                (name, user_variable, in_value) = (b"", false, false);
            }
            _ if in_value => {}
            Token::Symbol(b'=') => {
                if let (Some(what), false) = (name_of(name, VARIABLES), user_variable) {
                    return Kind::control(what);
                }
                in_value = true;
            }
            // One @ begins a user variable, two begin a system variable.
            Token::Symbol(b'@') => user_variable = !user_variable,
            Token::Symbol(_) => {}
            _ if name.is_empty() && token.is_word(b"STATEMENT") => return set_statement(lexer),
            Token::Word(part) | Token::Quoted(part) => match not_a_variable(name, token) {
                Some(kind) if !user_variable => return kind,
                _ => name = part,
            },
        }
    }
    Kind::Other
}

/// The forms of SET that assign no variable.
const fn not_a_variable(previous: &[u8], word: Token<'_>) -> Option<Kind> {
    if word.is_word(b"TRANSACTION") {
        Some(Kind::control("SET TRANSACTION"))
    } else if word.is_word(b"PASSWORD") {
        Some(Kind::commits("SET PASSWORD"))
    } else if word.is_word(b"ROLE") && previous.eq_ignore_ascii_case(b"DEFAULT") {
        Some(Kind::commits("SET DEFAULT ROLE"))
    } else if word.is_word(b"RESOURCE") {
        Some(Kind::Unknown)
    } else {
        None
    }
}

/// `MariaDB`'s `SET STATEMENT variable = value, .. FOR statement`.
/// <https://mariadb.com/kb/en/set-statement/>
fn set_statement(lexer: &mut Lexer<'_>) -> Kind {
    while let Some(token) = lexer.token_or_group() {
        if token.is_word(b"FOR") {
            let leading = lexer.keyword();
            return match leading.as_bytes() {
                b"SET" => Kind::Unknown,
                _ => classify(leading, lexer),
            };
        }
    }
    Kind::Other
}
