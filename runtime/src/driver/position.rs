//! [`Token`], a position in the sequence of a database's commits, and its text form.
//!
//! How a database is asked for a position belongs to its driver, and waiting for one belongs to
//! `db`.
use std::{error::Error as StdError, fmt, str::FromStr};

/// A position in the sequence of a database's commits, for reading one's own writes from a replica.
///
/// [`Db::token`](crate::Db::token) returns the current position. Calls on the handle that
/// [`Db::after`](crate::Db::after) returns see every commit up to a token.
///
/// The text form, by [`Display`](fmt::Display) and [`FromStr`], has only characters that a cookie
/// or an HTTP header can hold without quotes:
///
/// | database | text | meaning |
/// |---|---|---|
/// | PostgreSQL | `lsn:16/B374D848` | [a position in the write-ahead log](https://www.postgresql.org/docs/current/datatype-pg-lsn.html) |
/// | MariaDB | `gtid:0-1-270`, with several domains `gtid:0-1-270.1-2-30` | [global transaction ids](https://mariadb.com/kb/en/gtid/), positions in the binary log |
/// | SQLite | `local` | no position, because every connection to the file sees every commit |
///
/// A token from an untrusted client is safe to use. A forged token makes only the client's own
/// calls slower: they wait for at most [`with_reader_wait`](crate::Db::with_reader_wait), and then
/// read from the writer.
///
/// ```
/// use sqlx_transactional::Token;
///
/// let token: Token = "lsn:16/B374D848".parse()?;
/// assert_eq!(token.to_string(), "lsn:16/B374D848");
/// assert!("16/B374D848".parse::<Token>().is_err());
/// # Ok::<_, sqlx_transactional::MalformedToken>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token(Position);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Position {
    /// <https://www.postgresql.org/docs/current/datatype-pg-lsn.html>
    Lsn(u64),
    /// The last transaction of each replication domain, <https://mariadb.com/kb/en/gtid/>.
    Gtids(Vec<Gtid>),
    /// The database has no replicas.
    Local,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Gtid {
    domain: u32,
    server: u32,
    sequence: u64,
}

impl Token {
    /// A position in PostgreSQL's write-ahead log.
    #[cfg(any(feature = "postgres", test))]
    pub(crate) fn at_lsn(lsn: u64) -> Self {
        Self(Position::Lsn(lsn))
    }

    /// Parses MariaDB's format: ids separated by commas, such as `0-1-270,1-2-30`, or an empty
    /// text.
    #[cfg(any(feature = "mysql", test))]
    pub(crate) fn at_gtids(text: &str) -> Option<Self> {
        gtids(text, ',').map(|gtids| Self(Position::Gtids(gtids)))
    }

    /// The token of a database without replicas.
    #[cfg(any(feature = "sqlite", test))]
    pub(crate) fn local() -> Self {
        Self(Position::Local)
    }

    #[cfg(any(feature = "postgres", feature = "mysql", test))]
    pub(crate) fn position(&self) -> &Position {
        &self.0
    }

    /// The token that includes the commits of both. `None` if they are of different databases.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        let position = match (&self.0, &other.0) {
            (Position::Lsn(one), Position::Lsn(other)) => Position::Lsn(*one.max(other)),
            (Position::Local, Position::Local) => Position::Local,
            (Position::Gtids(one), Position::Gtids(other)) => {
                let mut all = one.clone();
                for gtid in other {
                    match all.iter_mut().find(|known| known.domain == gtid.domain) {
                        Some(known) if known.sequence < gtid.sequence => *known = *gtid,
                        Some(_) => {}
                        None => all.push(*gtid),
                    }
                }
                Position::Gtids(all)
            }
            _ => return None,
        };
        Some(Self(position))
    }
}

impl fmt::Display for Position {
    /// Writes the position in the database's own format.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lsn(lsn) => write!(f, "{:X}/{:X}", lsn >> 32, lsn & u64::from(u32::MAX)),
            Self::Gtids(gtids) => joined(gtids, ',', f),
            Self::Local => Ok(()),
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            lsn @ Position::Lsn(_) => write!(f, "lsn:{lsn}"),
            Position::Gtids(gtids) => {
                f.write_str("gtid:")?;
                joined(gtids, '.', f)
            }
            Position::Local => f.write_str("local"),
        }
    }
}

fn joined(gtids: &[Gtid], separator: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (
        at,
        Gtid {
            domain,
            server,
            sequence,
        },
    ) in gtids.iter().enumerate()
    {
        if at > 0 {
            write!(f, "{separator}")?;
        }
        write!(f, "{domain}-{server}-{sequence}")?;
    }
    Ok(())
}

impl FromStr for Token {
    type Err = MalformedToken;

    fn from_str(text: &str) -> Result<Self, MalformedToken> {
        let position = match text.split_once(':') {
            Some(("lsn", lsn)) => lsn_of(lsn).map(Position::Lsn),
            Some(("gtid", list)) => gtids(list, '.').map(Position::Gtids),
            None if text == "local" => Some(Position::Local),
            _ => None,
        };
        position.map(Self).ok_or(MalformedToken(()))
    }
}

fn lsn_of(text: &str) -> Option<u64> {
    let (high, low) = text.split_once('/')?;
    let half = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits {
            u32::from_str_radix(text, 16).ok()
        } else {
            None
        }
    };
    Some(u64::from(half(high)?) << 32 | u64::from(half(low)?))
}

fn gtids(text: &str, separator: char) -> Option<Vec<Gtid>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(separator).map(gtid).collect()
}

fn gtid(text: &str) -> Option<Gtid> {
    let mut numbers = text.split('-').map(|number| {
        if number.starts_with('+') {
            None
        } else {
            Some(number)
        }
    });
    let gtid = Gtid {
        domain: numbers.next()??.parse().ok()?,
        server: numbers.next()??.parse().ok()?,
        sequence: numbers.next()??.parse().ok()?,
    };
    numbers.next().is_none().then_some(gtid)
}

/// The error of parsing a text that is not a [`Token`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedToken(());

impl fmt::Display for MalformedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "malformed token: it has to look like `lsn:16/B374D848`, `gtid:0-1-270` or `local`",
        )
    }
}

impl StdError for MalformedToken {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_token_are_the_same() {
        for text in [
            "lsn:0/0",
            "lsn:16/B374D848",
            "lsn:FFFFFFFF/FFFFFFFF",
            "gtid:",
            "gtid:0-1-270",
            "gtid:0-1-270.7-4294967295-1",
            "local",
        ] {
            let token: Token = text
                .parse()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(token.to_string(), text);
            // https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1
            assert!(!text.contains([' ', '"', ',', ';', '\\']));
        }
    }

    #[test]
    fn anything_else_is_one_error() {
        for text in [
            "",
            "lsn",
            "lsn:",
            "lsn:0",
            "lsn:/",
            "lsn:0/",
            "lsn:+1/0",
            "lsn:0/G",
            "lsn:123456789/0",
            "LSN:0/0",
            "lsn:0/0 ",
            "lsn:0/0/0",
            "gtid",
            "gtid:0",
            "gtid:0-1",
            "gtid:0-1-",
            "gtid:0-1-2-3",
            "gtid:0-1-2,1-2-3",
            "gtid:-1-1-2",
            "gtid:0-+1-2",
            "gtid:0-1-2.",
            "gtid:0-1-18446744073709551616",
            "local:",
            "Local",
            "lsn:0/0'); DROP TABLE accounts; --",
        ] {
            let error = text.parse::<Token>().expect_err(text);
            assert!(error.to_string().contains("`lsn:16/B374D848`"), "{error}");
        }
    }

    #[test]
    fn what_is_after_both_is_the_later_one_of_each_domain() {
        let and = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|text| text.parse::<Token>().expect("a token"));
            assert_eq!(one.and(&other).is_some(), other.and(&one).is_some());
            one.and(&other).map(|both| both.to_string())
        };
        assert_eq!(and("lsn:1/0", "lsn:0/FF").as_deref(), Some("lsn:1/0"));
        assert_eq!(
            and("gtid:0-1-9.2-1-3", "gtid:0-2-10.1-1-1").as_deref(),
            Some("gtid:0-2-10.2-1-3.1-1-1")
        );
        assert_eq!(and("local", "local").as_deref(), Some("local"));
        assert_eq!(and("local", "lsn:0/1"), None);
        assert_eq!(and("gtid:0-1-9", "lsn:0/1"), None);
    }

    #[test]
    fn databases_are_told_in_their_own_words() {
        assert_eq!(
            Token::at_lsn(0x16_B374_D848).position().to_string(),
            "16/B374D848"
        );
        assert_eq!(
            Token::at_gtids("0-1-270,1-2-30")
                .map(|token| token.position().to_string())
                .as_deref(),
            Some("0-1-270,1-2-30")
        );
        assert_eq!(
            Token::at_gtids("")
                .map(|token| token.to_string())
                .as_deref(),
            Some("gtid:")
        );
        assert_eq!(Token::local().position().to_string(), "");
    }
}
