//! `MySQL` and `MariaDB`: transaction control, and all that commits implicitly. Where the two
//! differ, both count. What neither list knows, and what runs stored or composed text, is for the
//! end of the transaction to verify. <https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html>
//! <https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/>

use crate::sql::{
    Verdict,
    lex::Lexer,
    reads, rollback,
    token::{Keyword, Token},
};

pub(super) fn judge(leading: Keyword, lexer: &mut Lexer<'_>) -> Verdict {
    match leading.as_bytes() {
        b"SELECT" | b"VALUES" | b"TABLE" => reads::select(lexer),
        b"INSERT" | b"UPDATE" | b"DELETE" | b"REPLACE" => Verdict::Other,
        b"WITH" => reads::with(lexer),
        b"SHOW" => Verdict::Read,
        b"EXPLAIN" | b"DESCRIBE" | b"DESC" => reads::explain(lexer),
        b"SET" => set(lexer),
        _ => control(leading, lexer)
            .or_else(|| commits(leading, lexer))
            .unwrap_or_else(|| harmless(leading)),
    }
}

fn control(leading: Keyword, lexer: &mut Lexer<'_>) -> Option<Verdict> {
    let what = match leading.as_bytes() {
        b"BEGIN" => "BEGIN",
        b"COMMIT" => "COMMIT",
        b"ROLLBACK" => return Some(rollback(lexer)),
        b"SAVEPOINT" => "SAVEPOINT",
        b"RELEASE" => "RELEASE SAVEPOINT",
        b"XA" => "XA",
        b"START" => {
            return Some(match lexer.keyword().as_bytes() {
                b"TRANSACTION" => Verdict::control("START TRANSACTION"),
                _ => Verdict::commits("START REPLICA"),
            });
        }
        _ => return None,
    };
    Some(Verdict::control(what))
}

fn commits(leading: Keyword, lexer: &mut Lexer<'_>) -> Option<Verdict> {
    let what = match leading.as_bytes() {
        b"CREATE" => return Some(definition("CREATE", CREATE, lexer)),
        b"ALTER" => return Some(definition("ALTER", ALTER, lexer)),
        b"DROP" => return Some(definition("DROP", DROP, lexer)),
        b"RENAME" => return Some(definition("RENAME", RENAME, lexer)),
        b"LOCK" => return with_tables("LOCK TABLES", lexer),
        b"UNLOCK" => return with_tables("UNLOCK TABLES", lexer),
        // MariaDB's ANALYZE runs a statement and shows its plan.
        b"ANALYZE" => return Some(with_tables("ANALYZE TABLE", lexer).unwrap_or(Verdict::Other)),
        b"LOAD" => match lexer.keyword().as_bytes() {
            b"INDEX" => "LOAD INDEX INTO CACHE",
            // DATA and XML commit for tables of NDB alone, which MariaDB does not have and MySQL
            // only in its cluster.
            _ => return Some(Verdict::Other),
        },
        b"RESET" => match lexer.keyword().as_bytes() {
            b"PERSIST" => return Some(Verdict::Other),
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
    Some(Verdict::commits(what))
}

/// Neither of the lists has them, and what they run is in their own text. Not among them, for what
/// they run is not: CALL, EXECUTE, the compound statements of `MariaDB` (IF, LOOP, ..), BINLOG.
fn harmless(leading: Keyword) -> Verdict {
    match leading.as_bytes() {
        b"CHECKSUM" | b"DEALLOCATE" | b"DO" | b"GET" | b"HANDLER" | b"HELP" | b"KILL"
        | b"PREPARE" | b"RESIGNAL" | b"SIGNAL" | b"USE" => Verdict::Other,
        _ => Verdict::Unseen,
    }
}

/// Kinds of objects, each with the words to show for it.
type Objects = &'static [(&'static str, &'static str)];

macro_rules! objects {
    ($verb:literal: $($object:literal)*) => { &[$(($object, concat!($verb, " ", $object))),*] };
}

const CREATE: Objects = objects!("CREATE": "TABLE" "INDEX" "VIEW" "TRIGGER" "PROCEDURE" "FUNCTION" "EVENT" "DATABASE" "SCHEMA" "USER" "ROLE"
    "SEQUENCE" "SERVER" "TABLESPACE" "PACKAGE");
const ALTER: Objects = objects!("ALTER": "TABLE" "VIEW" "PROCEDURE" "FUNCTION" "EVENT" "DATABASE" "SCHEMA" "USER" "SEQUENCE" "SERVER" "TABLESPACE"
    "INSTANCE");
const DROP: Objects = objects!("DROP": "TABLE" "TABLES" "INDEX" "VIEW" "TRIGGER" "PROCEDURE" "FUNCTION" "EVENT" "DATABASE" "SCHEMA" "USER" "ROLE"
    "SEQUENCE" "SERVER" "TABLESPACE" "PACKAGE");
const RENAME: Objects = objects!("RENAME": "TABLE" "TABLES" "USER");

/// All of them commit, but tables that are TEMPORARY by their own words
/// (`CREATE TEMPORARY SEQUENCE` of `MariaDB` 10.11 commits); nor does `DROP PREPARE`, which is
/// DEALLOCATE.
fn definition(verb: &'static str, objects: Objects, lexer: &mut Lexer<'_>) -> Verdict {
    let mut previous = Token::Symbol(b' ');
    while let Some(token) = lexer.token() {
        let leading = previous == Token::Symbol(b' ') || previous.is_word(b"REPLACE");
        if leading && token.is_word(b"TEMPORARY") {
            let object = lexer.token();
            let temporary = |upper: &[u8]| object.is_some_and(|object| object.is_word(upper));
            if temporary(b"TABLE") || temporary(b"TABLES") {
                return Verdict::Other;
            }
            return Verdict::commits(verb);
        }
        if leading && token.is_word(b"PREPARE") {
            return Verdict::Other;
        }
        if let Some((_, what)) = objects
            .iter()
            .find(|(object, _)| token.is_word(object.as_bytes()))
        {
            return Verdict::commits(what);
        }
        previous = token;
    }
    Verdict::commits(verb)
}

/// `LOCK TABLE[S]`; not `LOCK INSTANCE`. `ANALYZE [LOCAL | NO_WRITE_TO_BINLOG] TABLE[S]`; not
/// `ANALYZE SELECT`.
fn with_tables(what: &'static str, lexer: &mut Lexer<'_>) -> Option<Verdict> {
    let mut object = lexer.token()?;
    if object.is_word(b"LOCAL") || object.is_word(b"NO_WRITE_TO_BINLOG") {
        object = lexer.token()?;
    }
    (object.is_word(b"TABLE") || object.is_word(b"TABLES")).then(|| Verdict::commits(what))
}

/// Variables that control transactions, this one's or the ones to come. Setting `autocommit`
/// commits; with `completion_type` COMMIT begins the next transaction; the rest are SET TRANSACTION
/// under another name.
const VARIABLES: &[(&[u8], &str)] = &[
    (b"autocommit", "SET autocommit"),
    (b"completion_type", "SET completion_type"),
    (b"transaction_isolation", "SET transaction_isolation"),
    (b"transaction_read_only", "SET transaction_read_only"),
    (b"tx_isolation", "SET tx_isolation"),
    (b"tx_read_only", "SET tx_read_only"),
];

/// SET is a list: `SET @a = 1, SESSION autocommit = 0, @@session.tx_isolation = ..`.
/// <https://dev.mysql.com/doc/refman/8.4/en/set-variable.html>
fn set(lexer: &mut Lexer<'_>) -> Verdict {
    let mut name: &[u8] = b"";
    let mut user_variable = false;
    let mut in_value = false;
    let mut depth = 0_usize;
    while let Some(token) = lexer.token() {
        match token {
            Token::Symbol(b'(') => depth += 1,
            Token::Symbol(b')') => depth = depth.saturating_sub(1),
            Token::Symbol(b',') if depth == 0 => {
                (name, user_variable, in_value) = (b"", false, false)
            }
            _ if in_value => {}
            Token::Symbol(b'=') => {
                let variable = VARIABLES
                    .iter()
                    .find(|(variable, _)| name.eq_ignore_ascii_case(variable));
                if let (Some((_, what)), false) = (variable, user_variable) {
                    return Verdict::control(what);
                }
                in_value = true;
            }
            // The second @ of a system variable takes back what the first one said.
            Token::Symbol(b'@') => user_variable = !user_variable,
            Token::Symbol(_) => {}
            _ if name.is_empty() && token.is_word(b"STATEMENT") => return set_statement(lexer),
            Token::Word(part) | Token::Quoted(part) => match no_variable(name, token) {
                Some(verdict) if !user_variable => return verdict,
                _ => name = part,
            },
        }
    }
    Verdict::Other
}

/// What SET does besides assigning variables.
const fn no_variable(previous: &[u8], word: Token<'_>) -> Option<Verdict> {
    if word.is_word(b"TRANSACTION") {
        Some(Verdict::control("SET TRANSACTION"))
    } else if word.is_word(b"PASSWORD") {
        Some(Verdict::commits("SET PASSWORD"))
    } else if word.is_word(b"ROLE") && previous.eq_ignore_ascii_case(b"DEFAULT") {
        Some(Verdict::commits("SET DEFAULT ROLE"))
    } else if word.is_word(b"RESOURCE") {
        Some(Verdict::Unseen)
    } else {
        None
    }
}

/// `MariaDB`'s `SET STATEMENT variable = value, .. FOR statement`.
/// <https://mariadb.com/kb/en/set-statement/>
fn set_statement(lexer: &mut Lexer<'_>) -> Verdict {
    let mut depth = 0_usize;
    while let Some(token) = lexer.token() {
        match token {
            Token::Symbol(b'(') => depth += 1,
            Token::Symbol(b')') => depth = depth.saturating_sub(1),
            _ if depth == 0 && token.is_word(b"FOR") => {
                let leading = lexer.keyword();
                return if leading.as_bytes() == b"SET" {
                    Verdict::Unseen
                } else {
                    judge(leading, lexer)
                };
            }
            _ => {}
        }
    }
    Verdict::Other
}
