//! The same answers by the plainest means: the whole text is cut by trying one matcher after the other, then each statement is a list of
//! strings that is compared with the beginnings of statements. Slow, without any shortcut, and sharing no code with what it checks.

use super::super::Dialect;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word(String),
    Quoted(String),
    Symbol(char),
    Executable,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) reads: bool,
    pub(super) forbidden: Option<String>,
    pub(super) verify: bool,
}

const BLANKS: [char; 6] = [' ', '\t', '\n', '\u{b}', '\u{c}', '\r'];

fn in_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$' || !letter.is_ascii()
}

fn span(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !belongs(letter)).unwrap_or(text.len())
}

/// Every piece of the text, `;` as a symbol; blanks and comments are gone.
pub(super) fn pieces(sql: &str, dialect: Dialect) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while let Some(letter) = rest.chars().next() {
        if let Some(length) = blank(rest, dialect) {
            rest = &rest[length..];
        } else if dialect == Dialect::MySql && (rest.starts_with("/*!") || rest.starts_with("/*M!")) {
            pieces.push(Piece::Executable);
            return pieces;
        } else if let Some((opener, inside, all)) = quoted(rest, dialect) {
            pieces.push(Piece::Quoted(rest[opener..opener + inside].to_owned()));
            rest = &rest[all..];
        } else if let Some(length) = symbol(rest, dialect) {
            pieces.push(Piece::Symbol(letter));
            rest = &rest[length..];
        } else {
            let length = span(rest, in_word);
            pieces.push(Piece::Word(rest[..length].to_owned()));
            rest = &rest[length..];
        }
    }
    pieces
}

/// The length of the blank or the comment that the text begins with.
fn blank(text: &str, dialect: Dialect) -> Option<usize> {
    if text.starts_with(BLANKS) {
        return Some(1);
    }
    if dialect == Dialect::Sqlite && text.starts_with('\u{feff}') {
        return Some(3);
    }
    let line = match dialect {
        Dialect::MySql => {
            text.starts_with('#')
                || (text.starts_with("--") && text[2..].chars().next().is_none_or(|it| it == ' ' || it.is_ascii_control()))
        }
        Dialect::Postgres | Dialect::Sqlite => text.starts_with("--"),
    };
    if line {
        return Some(span(text, |letter| letter != '\n' && !(letter == '\r' && dialect == Dialect::Postgres)));
    }
    let executable = dialect == Dialect::MySql && (text.starts_with("/*!") || text.starts_with("/*M!"));
    if !text.starts_with("/*") || executable {
        return None;
    }
    if dialect != Dialect::Postgres {
        return Some(text[2..].find("*/").map_or(text.len(), |end| end + 4));
    }
    let mut open = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            open += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            open -= 1;
            at += 2;
            if open == 0 {
                return Some(at);
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    Some(text.len())
}

/// The lengths of opener, inside and the whole, if the text begins with a quote.
fn quoted(text: &str, dialect: Dialect) -> Option<(usize, usize, usize)> {
    let first = text.chars().next()?;
    if dialect == Dialect::Postgres && (text.starts_with("e'") || text.starts_with("E'")) {
        let (inside, mut all) = enclosed(&text[1..], '\'', true);
        all += 1;
        while let Some(skipped) = continuation(&text[all..]) {
            all += skipped + enclosed(&text[all + skipped..], '\'', true).1;
        }
        return Some((2, inside, all));
    }
    if first == '\'' || first == '"' || (first == '`' && dialect != Dialect::Postgres) {
        let (inside, all) = enclosed(text, first, dialect == Dialect::MySql && first != '`');
        return Some((1, inside, all));
    }
    let closer = match dialect {
        Dialect::Sqlite if first == '[' => "]",
        Dialect::Postgres if first == '$' => {
            let tag = span(&text[1..], |letter| in_word(letter) && letter != '$');
            if text[1..].starts_with(|letter: char| letter.is_ascii_digit()) || !text[1 + tag..].starts_with('$') {
                return None;
            }
            &text[..tag + 2]
        }
        _ => return None,
    };
    let inside = text[closer.len()..].find(closer);
    let all = inside.map_or(text.len(), |inside| closer.len() + inside + closer.len());
    Some((closer.len(), inside.unwrap_or(text.len() - closer.len()), all))
}

/// The lengths of the inside and the whole of a string that begins with its quote.
fn enclosed(text: &str, quote: char, backslash: bool) -> (usize, usize) {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if backslash && letter == '\\' {
            letters.next();
        } else if letter == quote {
            match letters.peek() {
                Some(&(_, next)) if next == quote => drop(letters.next()),
                _ => return (at - 1, at + 1),
            }
        }
    }
    (text.len() - 1, text.len())
}

/// What stands between an escape string and the quote that goes on with it.
fn continuation(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        if text[at..].starts_with(BLANKS) {
            at += 1;
        } else if text[at..].starts_with("--") {
            at += span(&text[at..], |letter| letter != '\n' && letter != '\r');
        } else {
            break;
        }
    }
    (text[at..].starts_with('\'') && text[..at].contains(['\n', '\r'])).then_some(at)
}

/// The length of a number, a parameter, or one letter that is in no word.
fn symbol(text: &str, dialect: Dialect) -> Option<usize> {
    let first = text.chars().next()?;
    let digits = |text: &str| span(text, |letter| letter.is_ascii_digit());
    match (dialect, first) {
        (Dialect::Postgres, '0'..='9') => Some(digits(text)),
        (_, '0'..='9') => Some(span(text, in_word)),
        (Dialect::Postgres, '$') => Some(1 + digits(&text[1..])),
        (Dialect::Sqlite, '$' | '@' | '#' | ':') => Some(variable(text)),
        _ => (!in_word(first)).then_some(1),
    }
}

fn variable(text: &str) -> usize {
    let mut at = 1;
    loop {
        if text[at..].starts_with(in_word) {
            at += span(&text[at..], in_word);
        } else if text[at..].starts_with("::") {
            at += 2;
        } else {
            break;
        }
    }
    if !text[at..].starts_with('(') || !text[1..at].contains(in_word) {
        return at;
    }
    let suffix = span(&text[at..], |letter| letter != ')' && !BLANKS.contains(&letter));
    at + suffix + usize::from(text[at + suffix..].starts_with(')'))
}

/// Words in upper case, quoted things behind a `'`, symbols as they are; `;` inside a body is one of them.
fn statements(pieces: &[Piece], dialect: Dialect) -> Vec<Vec<String>> {
    let mut statements = vec![Vec::new()];
    let mut body = false;
    for (at, piece) in pieces.iter().enumerate() {
        let text = match piece {
            Piece::Word(word) => word.to_ascii_uppercase(),
            Piece::Quoted(inside) => format!("'{inside}"),
            Piece::Symbol(symbol) => symbol.to_string(),
            Piece::Executable => "/*!".to_owned(),
        };
        let Some(statement) = statements.last_mut() else { return statements };
        let opens_statement = at == 0 || pieces[at - 1] == Piece::Symbol(';');
        if *piece == Piece::Symbol(';') && !body {
            statements.push(Vec::new());
            continue;
        }
        if statement.is_empty() && text == "(" {
            continue;
        }
        statement.push(text);
        if body {
            let empty = statement[..statement.len() - 1].ends_with(&["BEGIN".to_owned(), "ATOMIC".to_owned()]);
            let empty = empty || (dialect == Dialect::Sqlite && statement[..statement.len() - 1].ends_with(&["BEGIN".to_owned()]));
            body = !(statement.ends_with(&["END".to_owned()]) && (opens_statement || empty));
        } else {
            body = begins_body(statement, dialect);
        }
    }
    statements.retain(|statement| !statement.is_empty());
    statements
}

fn begins_body(statement: &[String], dialect: Dialect) -> bool {
    let text = statement.join(" ");
    let before_body =
        |opener: &str| text.strip_suffix(opener).is_some_and(|before| before.matches('(').count() <= before.matches(')').count());
    let starts = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    // Only the first BEGIN opens it.
    match dialect {
        Dialect::Postgres => {
            let routine = text.trim_start_matches("CREATE").trim_start_matches(" OR").trim_start_matches(" REPLACE");
            text.starts_with("CREATE")
                && (routine.starts_with(" FUNCTION ") || routine.starts_with(" PROCEDURE "))
                && before_body(" BEGIN ATOMIC")
        }
        Dialect::Sqlite => {
            let text = text.trim_start_matches("EXPLAIN ").trim_start_matches("QUERY PLAN ");
            starts(&["CREATE ", "EXPLAIN CREATE ", "EXPLAIN QUERY PLAN CREATE "])
                && ["CREATE TRIGGER", "CREATE TEMP TRIGGER", "CREATE TEMPORARY TRIGGER"].iter().any(|start| text.starts_with(start))
                && text.matches(" BEGIN").count() == 1
                && text.ends_with(" BEGIN")
        }
        Dialect::MySql => false,
    }
}

/// The beginnings that a text of the fragments can have, the longer ones first.
const POSTGRES: &[&str] =
    &["COMMIT PREPARED", "COMMIT", "BEGIN", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "START", "PREPARE TRANSACTION"];
const SQLITE: &[&str] = &["COMMIT", "BEGIN", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"];
const MYSQL: &[&str] = &[
    "COMMIT",
    "BEGIN",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "START",
    "XA",
    "LOCK TABLES",
    "UNLOCK TABLES",
    "ANALYZE TABLE",
    "CREATE",
    "DROP",
    "ALTER",
    "TRUNCATE",
    "FLUSH",
];
const MYSQL_HARMLESS: &[&str] = &["INSERT", "UPDATE", "DELETE", "REPLACE", "DO", "PREPARE", "SET", "ANALYZE", "DROP PREPARE"];
const MYSQL_TEMPORARY: &[&str] = &["CREATE TEMPORARY TABLE", "DROP TEMPORARY TABLE", "CREATE OR REPLACE TEMPORARY TABLE", "DROP PREPARE"];

/// `forbidden` is the leading keyword, not the words for the user.
pub(super) fn answer(sql: &str, dialect: Dialect, several: bool) -> Answer {
    let mut answer = Answer { reads: true, ..Answer::default() };
    for statement in statements(&pieces(sql, dialect), dialect).iter().take(if several { usize::MAX } else { 1 }) {
        let begins = |start: &&str| {
            start.split(' ').map(Some).eq(statement.iter().map(|text| Some(text.as_str())).chain([None]).take(start.split(' ').count()))
        };
        let forbidden = match dialect {
            Dialect::Postgres => POSTGRES.iter().any(begins) || sets_transaction(statement) || copies(statement),
            Dialect::Sqlite => SQLITE.iter().any(begins) || lifts_read_only(statement),
            Dialect::MySql => (MYSQL.iter().any(begins) && !MYSQL_TEMPORARY.iter().any(begins)) || sets_autocommit(statement),
        };
        if statement.iter().any(|text| text == "/*!") {
            answer.forbidden = Some("/*!".to_owned());
        } else if forbidden {
            answer.forbidden = Some(statement[0].clone());
        }
        answer.reads &= answer.forbidden.is_none() && reads(statement, dialect);
        if answer.forbidden.is_some() {
            break;
        }
        let known = MYSQL_HARMLESS.iter().chain(MYSQL_TEMPORARY).any(begins) || READS.contains(&statement[0].as_str());
        answer.verify |= dialect == Dialect::MySql && !known;
    }
    answer
}

const READS: &[&str] = &["SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "WITH"];

fn reads(statement: &[String], dialect: Dialect) -> bool {
    let sqlite = dialect == Dialect::Sqlite;
    let has = |words: &[&str]| statement.iter().any(|text| words.contains(&text.as_str()));
    match statement[0].as_str() {
        "SELECT" | "VALUES" => sqlite || !has(&["INTO"]),
        "TABLE" => !sqlite && !has(&["INTO"]),
        "SHOW" => !sqlite,
        "EXPLAIN" if sqlite => !statement.iter().any(|text| text == "PRAGMA") || reads(&statement[1..], dialect),
        "EXPLAIN" => !has(&["ANALYZE", "ANALYSE", "INTO"]),
        "DESCRIBE" | "DESC" => dialect == Dialect::MySql && !has(&["ANALYZE", "ANALYSE", "INTO"]),
        "WITH" => (1..statement.len()).all(|at| !writes(statement, at)),
        "PRAGMA" => sqlite && statement.len() == 2,
        _ => false,
    }
}

/// Whether the word at this place of a WITH writes.
fn writes(statement: &[String], at: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| statement.get(at)).map_or("", String::as_str);
    let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
    match statement[at].as_str() {
        "INTO" => true,
        "UPDATE" if before == "FOR" || (before == "KEY" && word(at.checked_sub(2)) == "NO") => false,
        "REPLACE" | "INSERT" if after == "(" => false,
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "REPLACE" => before != ".",
        _ => false,
    }
}

fn sets_transaction(statement: &[String]) -> bool {
    let words: Vec<&str> =
        statement.iter().map(|text| text.trim_start_matches('\'')).filter(|text| !matches!(*text, "SESSION" | "LOCAL")).collect();
    statement[0] == "SET" && words.get(1).is_some_and(|name| ["TRANSACTION", "CHARACTERISTICS", "TRANSACTION_READ_ONLY"].contains(name))
}

fn copies(statement: &[String]) -> bool {
    let mut depth = 0_u32;
    for (at, text) in statement.iter().enumerate() {
        match text.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "FROM" | "TO" if depth == 0 => {
                return statement[0] == "COPY" && statement.get(at + 1).is_some_and(|file| file == "STDIN" || file == "STDOUT");
            }
            _ => {}
        }
    }
    false
}

fn lifts_read_only(statement: &[String]) -> bool {
    let pragma = ["PRAGMA", "EXPLAIN PRAGMA", "EXPLAIN QUERY PLAN PRAGMA"].iter().find_map(|start| {
        let length = start.split(' ').count();
        (statement.get(..length)?.join(" ") == *start).then(|| &statement[length..])
    });
    // A name, quoted or not, comes before the first symbol that is no dot.
    let named = |text: &String| text.starts_with('\'') || text.starts_with(in_word);
    let Some(rest) = pragma else { return false };
    let name = rest.split(|text| text != "." && !named(text)).next().unwrap_or_default();
    let last = name.iter().rev().find(|text| *text != ".");
    name.len() < rest.len() && last.is_some_and(|name| name.trim_start_matches('\'').eq_ignore_ascii_case("query_only"))
}

fn sets_autocommit(statement: &[String]) -> bool {
    if statement[0] != "SET" {
        return false;
    }
    let mut depth = 0_u32;
    let assignments = statement[1..].split(|text| {
        depth = if text == "(" { depth + 1 } else { depth };
        depth = if text == ")" { depth.saturating_sub(1) } else { depth };
        text == "," && depth == 0
    });
    for assignment in assignments {
        let target = assignment.split(|text| text == "=").next().unwrap_or_default();
        let signs = target.iter().filter(|text| *text == "@").count();
        let name = target.iter().rev().find(|text| text.starts_with('\'') || text.starts_with(in_word));
        let autocommit = name.is_some_and(|name| name.trim_start_matches('\'').eq_ignore_ascii_case("autocommit"));
        if signs % 2 == 0 && autocommit && target.len() < assignment.len() {
            return true;
        }
        if target.iter().any(|text| text == "TRANSACTION") && signs % 2 == 0 {
            return true;
        }
    }
    false
}
