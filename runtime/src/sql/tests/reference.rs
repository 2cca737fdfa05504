//! A reference for the answers. It turns each statement into a list of strings and compares that
//! with the beginnings of statements. It always reads the whole text, and knows only the statements
//! of the random texts.

use crate::sql::{
    Dialect,
    tests::pieces::{Piece, in_word, pieces},
};

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct OpenCheck {
    pub(super) reads: bool,
    pub(super) forbidden: bool,
    pub(super) verify: bool,
}

/// The statements: words in upper case, quoted text after a `'`, symbols as they are. A `;` inside
/// a body is a symbol of its statement.
fn statements(pieces: &[Piece], dialect: Dialect) -> Vec<Vec<String>> {
    let mut statements = vec![Vec::new()];
    let mut body = false;
    // The number of words before the body.
    let mut begun = 0;
    for (at, piece) in pieces.iter().enumerate() {
        let text = match piece {
            Piece::Word(word) => word.to_ascii_uppercase(),
            Piece::Quoted(inside) => format!("'{inside}"),
            Piece::Symbol(symbol) => symbol.to_string(),
            Piece::Executable => "/*!".to_owned(),
        };
        let Some(statement) = statements.last_mut() else {
            return statements;
        };
        let opens_statement = at == 0 || pieces[at - 1] == Piece::Symbol(';');
        if *piece == Piece::Symbol(';') && !body {
            statements.push(Vec::new());
            begun = 0;
            continue;
        }
        if statement.is_empty() && text == "(" {
            continue;
        }
        statement.push(text);
        if body {
            let empty = statement.len() == begun + 1;
            body = !(statement.ends_with(&["END".to_owned()]) && (opens_statement || empty));
        } else if begun == 0 && begins_body(statement, dialect) {
            body = true;
            begun = statement.len();
        }
    }
    statements.retain(|statement| !statement.is_empty());
    statements
}

/// Whether the last word of a statement begins its body. The statement has had none before.
fn begins_body(statement: &[String], dialect: Dialect) -> bool {
    let mut words = statement.iter().map(String::as_str).peekable();
    let ends = |end: &[&str]| {
        statement.len() >= end.len() && statement[statement.len() - end.len()..] == *end
    };
    match dialect {
        Dialect::Postgres => {
            let create = words.next() == Some("CREATE");
            let object = words.find(|word| !matches!(*word, "OR" | "REPLACE"));
            let depth = words.fold(0_usize, |depth, word| match word {
                "(" => depth + 1,
                ")" => depth.saturating_sub(1),
                _ => depth,
            });
            create
                && matches!(object, Some("FUNCTION" | "PROCEDURE"))
                && depth == 0
                && ends(&["BEGIN", "ATOMIC"])
        }
        Dialect::Sqlite => {
            if words.next_if_eq(&"EXPLAIN").is_some() {
                while words
                    .next_if(|word| matches!(*word, "QUERY" | "PLAN"))
                    .is_some()
                {}
            }
            let create = words.next() == Some("CREATE");
            words.next_if(|word| matches!(*word, "TEMP" | "TEMPORARY"));
            create && words.next() == Some("TRIGGER") && ends(&["BEGIN"])
        }
        Dialect::MySql => false,
    }
}

/// The forbidden beginnings that the fragments can form, longer ones first.
const POSTGRES: &[&str] = &[
    "COMMIT PREPARED",
    "COMMIT",
    "BEGIN",
    "END",
    "ROLLBACK",
    "ABORT",
    "SAVEPOINT",
    "RELEASE",
    "START",
    "PREPARE TRANSACTION",
];
const SQLITE: &[&str] = &["COMMIT", "BEGIN", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"];
#[rustfmt::skip]
const MYSQL: &[&str] = &[
    "COMMIT", "BEGIN", "ROLLBACK", "SAVEPOINT", "RELEASE", "START", "XA", "LOCK TABLES", "UNLOCK TABLES", "ANALYZE TABLE", "CREATE", "DROP",
    "ALTER", "TRUNCATE", "FLUSH",
];
const MYSQL_HARMLESS: &[&str] = &[
    "INSERT",
    "UPDATE",
    "DELETE",
    "REPLACE",
    "DO",
    "PREPARE",
    "SET",
    "ANALYZE",
    "DROP PREPARE",
];
const MYSQL_TEMPORARY: &[&str] = &[
    "CREATE TEMPORARY TABLE",
    "DROP TEMPORARY TABLE",
    "CREATE OR REPLACE TEMPORARY TABLE",
    "DROP PREPARE",
];

pub(super) fn answer(sql: &str, dialect: Dialect, several: bool) -> OpenCheck {
    let mut answer = OpenCheck {
        reads: true,
        ..OpenCheck::default()
    };
    let count = if several { usize::MAX } else { 1 };
    for statement in statements(&pieces(sql, dialect), dialect)
        .iter()
        .take(count)
    {
        if is_forbidden(statement, dialect) {
            return OpenCheck {
                reads: false,
                forbidden: true,
                verify: false,
            };
        }
        answer.reads &= reads(statement, dialect);
        let known = begins(statement, MYSQL_HARMLESS)
            || begins(statement, MYSQL_TEMPORARY)
            || begins(statement, READS);
        answer.verify |= dialect == Dialect::MySql && !known;
    }
    answer
}

fn begins(statement: &[String], starts: &[&str]) -> bool {
    starts.iter().any(|start| {
        statement.len() >= start.split(' ').count()
            && start
                .split(' ')
                .zip(statement)
                .all(|(word, text)| word == text)
    })
}

fn is_forbidden(statement: &[String], dialect: Dialect) -> bool {
    statement.iter().any(|text| text == "/*!")
        || match dialect {
            Dialect::Postgres => {
                begins(statement, POSTGRES) || sets_transaction(statement) || copies(statement)
            }
            Dialect::Sqlite => begins(statement, SQLITE) || lifts_read_only(statement),
            Dialect::MySql => {
                (begins(statement, MYSQL) && !begins(statement, MYSQL_TEMPORARY))
                    || sets_autocommit(statement)
            }
        }
}

const READS: &[&str] = &[
    "SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "WITH",
];

fn reads(statement: &[String], dialect: Dialect) -> bool {
    let sqlite = dialect == Dialect::Sqlite;
    let has = |words: &[&str]| statement.iter().any(|text| words.contains(&text.as_str()));
    match statement[0].as_str() {
        "SELECT" | "VALUES" => sqlite || !has(&["INTO"]),
        "TABLE" => !sqlite && !has(&["INTO"]),
        "SHOW" => !sqlite,
        "EXPLAIN" if sqlite => {
            let explained = statement
                .iter()
                .skip(1)
                .position(|text| text != "QUERY" && text != "PLAN");
            let explained = &statement[explained.map_or(statement.len(), |skipped| skipped + 1)..];
            explained.first().is_none_or(|first| first != "PRAGMA") || reads(explained, dialect)
        }
        "EXPLAIN" => !has(&["ANALYZE", "ANALYSE", "INTO"]),
        "DESCRIBE" | "DESC" => dialect == Dialect::MySql && !has(&["ANALYZE", "ANALYSE", "INTO"]),
        "WITH" => (1..statement.len()).all(|at| !writes(statement, at)),
        "PRAGMA" => sqlite && statement.iter().all(|text| text == "." || is_name(text)),
        _ => false,
    }
}

/// Whether the word at this position of a WITH statement writes.
fn writes(statement: &[String], at: usize) -> bool {
    let word = |at: Option<usize>| {
        at.and_then(|at| statement.get(at))
            .map_or("", String::as_str)
    };
    let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
    match statement[at].as_str() {
        "INTO" => true,
        "UPDATE" if before == "FOR" || (before == "KEY" && word(at.checked_sub(2)) == "NO") => {
            false
        }
        "REPLACE" | "INSERT" if after == "(" => false,
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "REPLACE" => before != ".",
        _ => false,
    }
}

fn sets_transaction(statement: &[String]) -> bool {
    let mut words = statement
        .iter()
        .map(|text| text.trim_start_matches('\'').to_ascii_uppercase());
    let name = words
        .by_ref()
        .skip(1)
        .find(|text| text != "SESSION" && text != "LOCAL")
        .unwrap_or_default();
    statement[0] == "SET"
        && ["TRANSACTION", "CHARACTERISTICS", "TRANSACTION_READ_ONLY"].contains(&name.as_str())
}

fn copies(statement: &[String]) -> bool {
    let mut depth = 0_u32;
    for (at, text) in statement.iter().enumerate() {
        match text.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "FROM" | "TO" if depth == 0 => {
                return statement[0] == "COPY"
                    && statement
                        .get(at + 1)
                        .is_some_and(|file| file == "STDIN" || file == "STDOUT");
            }
            _ => {}
        }
    }
    false
}

/// Whether the text is a word, quoted or not. Numbers and parameters are symbols.
fn is_name(text: &str) -> bool {
    text != "$"
        && text.starts_with(|letter: char| {
            letter == '\'' || (in_word(letter) && !letter.is_ascii_digit())
        })
}

fn lifts_read_only(statement: &[String]) -> bool {
    let pragma = ["PRAGMA", "EXPLAIN PRAGMA", "EXPLAIN QUERY PLAN PRAGMA"]
        .iter()
        .find_map(|start| {
            let length = start.split(' ').count();
            (statement.get(..length)?.join(" ") == *start).then(|| &statement[length..])
        });
    // The name, quoted or not, precedes the first symbol that is not a dot.
    let named = is_name;
    let Some(rest) = pragma else { return false };
    let name = rest
        .split(|text| text != "." && !named(text))
        .next()
        .unwrap_or_default();
    let last = name.iter().rev().find(|text| *text != ".");
    name.len() < rest.len()
        && last.is_some_and(|name| {
            name.trim_start_matches('\'')
                .eq_ignore_ascii_case("query_only")
        })
}

fn sets_autocommit(statement: &[String]) -> bool {
    if statement[0] != "SET" {
        return false;
    }
    let mut depth = 0_u32;
    let assignments = statement[1..].split(|text| {
        depth = if text == "(" { depth + 1 } else { depth };
        depth = if text == ")" {
            depth.saturating_sub(1)
        } else {
            depth
        };
        text == "," && depth == 0
    });
    for assignment in assignments {
        let target = assignment
            .split(|text| text == "=")
            .next()
            .unwrap_or_default();
        let signs = target.iter().filter(|text| *text == "@").count();
        let name = target.iter().rev().find(|text| is_name(text));
        let name = name
            .map_or("", |name| name.trim_start_matches('\''))
            .to_ascii_lowercase();
        if signs % 2 == 0
            && ["autocommit", "transaction_read_only"].contains(&name.as_str())
            && target.len() < assignment.len()
        {
            return true;
        }
        let transaction = target
            .split(|text| text == "TRANSACTION")
            .next()
            .unwrap_or_default();
        if transaction.len() < target.len()
            && transaction.iter().filter(|text| *text == "@").count() % 2 == 0
        {
            return true;
        }
    }
    false
}
