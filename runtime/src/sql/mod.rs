//! Recognises what a text of SQL is before it is sent: whether it only reads, and whether it would
//! end, commit or otherwise pull the transaction from under its session. Text cannot tell
//! everything (functions write, procedures commit): whatever is in doubt is "not a read", and on
//! `MySQL` "verify at the end". It does not check SQL: what the server refuses anyway is left to
//! the server.
//!
//! Strings are read as the servers do by default: with `standard_conforming_strings = on`
//! (`PostgreSQL`), without `NO_BACKSLASH_ESCAPES` and `ANSI_QUOTES` (`MySQL`).

mod lex;
mod mysql;
mod postgres;
mod reads;
mod sqlite;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;

use lex::Lexer;
use token::Keyword;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    MySql,
    Sqlite,
}

/// How a text is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// The text may hold several statements.
    Simple,
    /// The server refuses a second statement. Not so on `SQLite`: sqlx prepares and runs every
    /// statement of a text, arguments or not (`VirtualStatement::prepare_next` in sqlx-sqlite), so
    /// that there the protocol makes no difference.
    Prepared,
}

/// What one text is, as far as text can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// Every statement is a plain read. A function that it calls may write nevertheless.
    pub(crate) reads: bool,
    /// The leading word of the first statement that is known to write.
    pub(crate) writes: Option<&'static str>,
    /// The first statement that a session must not send.
    pub(crate) forbidden: Option<Forbidden>,
    /// Whether the transaction still lives afterwards has to be asked.
    pub(crate) verify: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forbidden {
    /// The words by which the user knows the statement, such as `START TRANSACTION`.
    pub(crate) what: &'static str,
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It begins, ends or changes the transaction, or a savepoint of it.
    TransactionControl,
    /// The server commits before it runs it.
    ImplicitCommit,
    /// It changes to the copy protocol, which breaks a connection that does not expect it.
    Copy,
    /// Its content runs although it looks like a comment.
    ExecutableComment,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.what)
    }
}

/// What one statement is.
#[derive(Clone, Copy)]
enum Verdict {
    Read,
    /// Neither a plain read nor a danger to the transaction.
    Other,
    /// It may end the transaction, and only the server knows.
    Unseen,
    Forbidden(Forbidden),
}

impl Verdict {
    const fn control(what: &'static str) -> Self {
        Self::Forbidden(Forbidden {
            what,
            reason: Reason::TransactionControl,
        })
    }

    const fn commits(what: &'static str) -> Self {
        Self::Forbidden(Forbidden {
            what,
            reason: Reason::ImplicitCommit,
        })
    }
}

const EXECUTABLE_COMMENT: Forbidden = Forbidden {
    what: "/*! .. */",
    reason: Reason::ExecutableComment,
};

/// Looks at the leading words of each statement, and no further than they call for.
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
        let verdict = match dialect {
            Dialect::Postgres => postgres::judge(leading, &mut lexer),
            Dialect::MySql => mysql::judge(leading, &mut lexer),
            Dialect::Sqlite => sqlite::judge(leading, &mut lexer),
        };
        match verdict {
            Verdict::Read => {}
            Verdict::Other => {
                text.reads = false;
                text.writes = text.writes.or_else(|| known_write(leading));
            }
            Verdict::Unseen => {
                text.reads = false;
                text.verify = true;
            }
            Verdict::Forbidden(forbidden) => {
                text.reads = false;
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
        text.forbidden = Some(EXECUTABLE_COMMENT);
    }
    text
}

/// Words that begin nothing but a write, in any dialect that has them.
fn known_write(leading: Keyword) -> Option<&'static str> {
    const WRITES: [&str; 9] = [
        "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "TRUNCATE", "CREATE", "ALTER", "DROP",
    ];
    WRITES
        .into_iter()
        .find(|word| leading.as_bytes() == word.as_bytes())
}

/// Moves behind the statement that was judged; false if there is no other, which most often shows
/// without reading the text as tokens.
fn next_statement(lexer: &mut Lexer<'_>, dialect: Dialect, several: bool) -> bool {
    let rest = lexer.rest();
    let plain_comments = dialect != Dialect::MySql || !may_hold_executable_comment(rest);
    if plain_comments && !(several && holds_inner_semicolon(rest)) {
        return false;
    }
    while lexer.token().is_some() {}
    several && lexer.pass_semicolon()
}

/// A `;` with more than white space behind it, wherever it stands.
fn holds_inner_semicolon(rest: &[u8]) -> bool {
    let end = rest
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t'..=b'\r' | b';'));
    // `contains` on bytes reads a word of the machine at a time.
    end.is_some_and(|end| rest.get(..end).unwrap_or_default().contains(&b';'))
}

fn may_hold_executable_comment(rest: &[u8]) -> bool {
    rest.contains(&b'/')
        && rest
            .windows(3)
            .any(|three| matches!(three, b"/*!" | b"/*M"))
}

/// `ROLLBACK`, `ROLLBACK TO`, or with `PREPARED`, which ends another transaction; alike in every
/// dialect.
fn rollback(lexer: &mut Lexer<'_>) -> Verdict {
    while let Some(token) = lexer.token() {
        if token.is_word(b"TO") {
            return Verdict::control("ROLLBACK TO SAVEPOINT");
        }
        if token.is_word(b"PREPARED") {
            return Verdict::control("ROLLBACK PREPARED");
        }
    }
    Verdict::control("ROLLBACK")
}
