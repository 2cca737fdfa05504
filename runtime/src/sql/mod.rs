//! Recognises what a text of SQL is before it is sent: whether it only reads, and whether it would
//! end, commit or otherwise change the transaction behind its session. Text does not show
//! everything, because functions can write and procedures can commit. Text in doubt is "not a
//! read", and on `MySQL` "ask the server at the end". The module does not validate SQL; the server
//! does. It reads strings by the servers' defaults: `standard_conforming_strings = on`
//! (`PostgreSQL`), neither `NO_BACKSLASH_ESCAPES` nor `ANSI_QUOTES` (`MySQL`).

mod lex;
mod mysql;
mod postgres;
mod reads;
mod sqlite;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;

use lex::{Lexer, is_blank};
use token::Keyword;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    MySql,
    Sqlite,
}

/// The protocol by which a text is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// The text may hold several statements.
    Simple,
    /// The server refuses a second statement. On `SQLite` the protocol makes no difference: sqlx
    /// prepares and runs every statement of a text, with or without arguments
    /// (`VirtualStatement::prepare_next` in sqlx-sqlite).
    Prepared,
}

/// What is known of a text before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// Every statement is a plain read. A function that one of them calls may still write.
    pub(crate) reads: bool,
    /// The leading word of the first statement that is known to write.
    pub(crate) writes: Option<&'static str>,
    /// The first statement that a session must not send.
    pub(crate) forbidden: Option<Forbidden>,
    /// The server has to be asked whether the transaction is still open afterwards.
    pub(crate) verify: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forbidden {
    /// The statement's name in messages, such as `START TRANSACTION`.
    pub(crate) what: &'static str,
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It begins, ends or changes the transaction or one of its savepoints.
    TransactionControl,
    /// The server commits before it runs the statement.
    ImplicitCommit,
    /// It starts the copy protocol, which breaks a connection that does not expect it.
    Copy,
    /// The server executes its content although it looks like a comment.
    ExecutableComment,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.what)
    }
}

/// The kind of one statement.
#[derive(Clone, Copy)]
enum Kind {
    Read,
    /// Not a plain read, and harmless to the transaction.
    Other,
    /// It may end the transaction, which only the server knows.
    Unknown,
    Forbidden(Forbidden),
}

impl Kind {
    const fn forbidden(what: &'static str, reason: Reason) -> Self {
        Self::Forbidden(Forbidden { what, reason })
    }

    const fn control(what: &'static str) -> Self {
        Self::forbidden(what, Reason::TransactionControl)
    }

    const fn commits(what: &'static str) -> Self {
        Self::forbidden(what, Reason::ImplicitCommit)
    }
}

/// Words, each with the name of the statement that contains it.
type Names = [(&'static str, &'static str)];

macro_rules! names {
    ($verb:literal: $($word:literal)*) => { [$(($word, concat!($verb, " ", $word))),*] };
}
use names;

/// The statement's name for this word, in either case.
fn name_of(word: &[u8], names: &Names) -> Option<&'static str> {
    let known = |name: &&(&str, &str)| word.eq_ignore_ascii_case(name.0.as_bytes());
    names.iter().find(known).map(|&(_, what)| what)
}

/// Reads the leading words of each statement, and further words only where those require it.
pub(crate) fn recognise(sql: &str, dialect: Dialect, protocol: Protocol) -> Text {
    let several = protocol == Protocol::Simple || dialect == Dialect::Sqlite;
    let mut text = Text {
        reads: true,
        writes: None,
        forbidden: None,
        verify: false,
    };
    let mut lexer = Lexer::new(sql, dialect);
    while let Some(leading) = lexer.statement_start() {
        let kind = match dialect {
            Dialect::Postgres => postgres::classify(leading, &mut lexer),
            Dialect::MySql => mysql::classify(leading, &mut lexer),
            Dialect::Sqlite => sqlite::classify(leading, &mut lexer),
        };
        text.reads &= matches!(kind, Kind::Read);
        match kind {
            Kind::Read => {}
            Kind::Other => text.writes = text.writes.or_else(|| known_write(leading)),
            Kind::Unknown => text.verify = true,
            Kind::Forbidden(forbidden) => {
                text.forbidden = Some(forbidden);
                break;
            }
        }
        if !next_statement(&mut lexer, dialect, several) {
            break;
        }
    }
    if lexer.met_executable_comment {
        text.reads = false;
        text.forbidden = Some(Forbidden {
            what: "/*! .. */",
            reason: Reason::ExecutableComment,
        });
    }
    text
}

/// The leading word, if every statement that begins with it writes, in every dialect that has it.
fn known_write(leading: Keyword) -> Option<&'static str> {
    const WRITES: [&str; 9] = [
        "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "TRUNCATE", "CREATE", "ALTER", "DROP",
    ];
    let leads = |word: &&str| leading.as_bytes() == word.as_bytes();
    WRITES.into_iter().find(leads)
}

/// Moves past the statement that was classified. Returns false if no other one follows. Most texts
/// show that without their tokens, which are slower to read.
fn next_statement(lexer: &mut Lexer<'_>, dialect: Dialect, several: bool) -> bool {
    let rest = lexer.rest();
    let plain_comments = dialect != Dialect::MySql || !may_hold_executable_comment(rest);
    if plain_comments && !(several && holds_inner_semicolon(rest)) {
        return false;
    }
    while lexer.token().is_some() {}
    several && lexer.pass_semicolon()
}

/// Whether more than white space follows a `;`, also one in a string or a comment.
fn holds_inner_semicolon(rest: &[u8]) -> bool {
    let end = rest
        .iter()
        .rposition(|&byte| !is_blank(byte) && byte != b';');
    // `contains` on bytes compares a machine word at a time.
    end.is_some_and(|end| rest.get(..end).unwrap_or_default().contains(&b';'))
}

fn may_hold_executable_comment(rest: &[u8]) -> bool {
    rest.contains(&b'/')
        && rest
            .windows(3)
            .any(|three| matches!(three, b"/*!" | b"/*M"))
}

/// `ROLLBACK`, `ROLLBACK TO`, and `ROLLBACK PREPARED`, which ends another transaction. All dialects
/// have the same syntax.
fn rollback(lexer: &mut Lexer<'_>) -> Kind {
    while let Some(token) = lexer.token() {
        if token.is_word(b"TO") {
            return Kind::control("ROLLBACK TO SAVEPOINT");
        }
        if token.is_word(b"PREPARED") {
            return Kind::control("ROLLBACK PREPARED");
        }
    }
    Kind::control("ROLLBACK")
}
