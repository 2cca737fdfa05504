//! A reference for the lexer. It tries one matcher after the other at each position of the text. It
//! is slow, has no fast path, and shares no code with the lexer.

use crate::sql::Dialect;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word(String),
    Quoted(String),
    Symbol(char),
    Executable,
}

const BLANKS: [char; 6] = [' ', '\t', '\n', '\u{b}', '\u{c}', '\r'];

pub(super) fn in_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$' || !letter.is_ascii()
}

fn span(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !belongs(letter)).unwrap_or(text.len())
}

/// All pieces of the text, without white space and comments. `;` is a symbol.
pub(super) fn pieces(sql: &str, dialect: Dialect) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while let Some(letter) = rest.chars().next() {
        if let Some(length) = blank(rest, dialect) {
            rest = &rest[length..];
        } else if dialect == Dialect::MySql && (rest.starts_with("/*!") || rest.starts_with("/*M!"))
        {
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

/// The length of the white space or the comment at the beginning of the text.
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
                || (text.starts_with("--")
                    && text[2..]
                        .chars()
                        .next()
                        .is_none_or(|it| it == ' ' || it.is_ascii_control()))
        }
        Dialect::Postgres | Dialect::Sqlite => text.starts_with("--"),
    };
    if line {
        return Some(span(text, |letter| {
            letter != '\n' && !(letter == '\r' && dialect == Dialect::Postgres)
        }));
    }
    let executable =
        dialect == Dialect::MySql && (text.starts_with("/*!") || text.starts_with("/*M!"));
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

/// The lengths of the opening delimiter, the content and the whole of a quote, if the text begins
/// with one.
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
            if text[1..].starts_with(|letter: char| letter.is_ascii_digit())
                || !text[1 + tag..].starts_with('$')
            {
                return None;
            }
            &text[..tag + 2]
        }
        _ => return None,
    };
    let inside = text[closer.len()..].find(closer);
    let all = inside.map_or(text.len(), |inside| closer.len() + inside + closer.len());
    Some((
        closer.len(),
        inside.unwrap_or(text.len() - closer.len()),
        all,
    ))
}

/// The lengths of the content and the whole of a string, which begins with its quote.
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

/// The length of the text between an escape string and its continuation.
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

/// The length of a number, a parameter, or one character that belongs to no word.
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
    let suffix = span(&text[at..], |letter| {
        letter != ')' && !BLANKS.contains(&letter)
    });
    at + suffix + usize::from(text[at + suffix..].starts_with(')'))
}
