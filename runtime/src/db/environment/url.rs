//! The engines that the environment can name, and the check of their URLs. sqlx does not compare a
//! URL's scheme with the type of the options, so it would accept the URL of another database.
use std::fmt;

use crate::{
    db::environment::{Result, error::EnvironmentError},
    driver::Driver,
};

/// A kind of database that the environment can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::db) enum Engine {
    Postgres,
    MySql,
    Sqlite,
}

impl Engine {
    const ALL: [Self; 3] = [Self::Postgres, Self::MySql, Self::Sqlite];

    /// The engine of a database type. `None` for `Any`, where the environment decides.
    pub(super) fn of<DB: Driver>() -> Option<Self> {
        let is_it = |engine: &Self| engine.name() == DB::NAME;
        Self::ALL.into_iter().find(is_it)
    }

    /// The engine of examples, if the program needs this one.
    pub(super) fn suggested(needed: Option<Self>) -> Self {
        needed.unwrap_or(Self::Postgres)
    }

    /// An example of a URL.
    pub(in crate::db) fn example<DB: Driver>() -> &'static str {
        Self::suggested(Self::of::<DB>()).url()
    }

    pub(super) fn url(self) -> &'static str {
        match self {
            Self::Postgres => "postgres://shop@localhost/shop",
            Self::MySql => "mysql://shop@localhost/shop",
            Self::Sqlite => "sqlite:shop.db",
        }
    }

    /// Its names in `DB_ENGINE` and as the scheme of a URL. The first is also that of the feature.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgres", "postgresql"],
            Self::MySql => &["mysql", "mariadb"],
            Self::Sqlite => &["sqlite"],
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
        (Self::ALL.into_iter()).find(|engine| engine.names().iter().any(is_it))
    }

    fn is_on(self) -> bool {
        match self {
            Self::Postgres => cfg!(feature = "postgres"),
            Self::MySql => cfg!(feature = "mysql"),
            Self::Sqlite => cfg!(feature = "sqlite"),
        }
    }

    /// The engine, or the reason why this program cannot use it.
    pub(super) fn usable(self, needed: Option<Self>) -> std::result::Result<Self, String> {
        let feature = self.names()[0];
        match needed {
            Some(needed) if needed != self => Err(format!("this program uses {}", needed.name())),
            _ if self.is_on() => Ok(self),
            _ => Err(format!(
                "this program was built without the feature `{feature}`"
            )),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::Sqlite => "SQLite",
        }
    }
}

/// Checks that the URL is one of a database that this program can use.
pub(super) fn check(url: &str, needed: Option<Engine>) -> Result<()> {
    if url.starts_with(['"', '\'']) {
        return Err(error("begins with a quote: remove the quotes", needed));
    }
    let Some((scheme, _)) = url.split_once(':') else {
        return Err(error("is not a URL", needed));
    };
    let Some(engine) = Engine::by_name(scheme) else {
        let problem = "does not begin with `postgres:`, `mysql:` or `sqlite:` (value not shown)";
        return Err(error(problem, needed));
    };
    match engine.usable(needed) {
        Ok(_) => Ok(()),
        Err(reason) => Err(error(
            format!("begins with `{scheme}:`, and {reason}"),
            needed,
        )),
    }
}

/// An error of `DATABASE_URL`, with a URL as the example.
pub(super) fn error(problem: impl Into<String>, needed: Option<Engine>) -> EnvironmentError {
    EnvironmentError::value("DATABASE_URL", problem, Engine::suggested(needed).url())
}

/// The error of a URL that sqlx cannot parse. sqlx's message contains no user, password or host.
pub(super) fn unreadable(cause: &sqlx::Error, needed: Option<Engine>) -> EnvironmentError {
    let (mut cause, mut reason) = (Some(cause), cause.to_string());
    // Each layer would repeat "error with configuration".
    while let Some(sqlx::Error::Configuration(inner)) = cause {
        reason = inner.to_string();
        cause = inner.downcast_ref();
    }
    let advice = match needed {
        Some(Engine::Sqlite) => "",
        _ => "; special characters in a password must be percent-encoded",
    };
    error(format!("cannot be parsed: {reason}{advice}"), needed)
}

/// The text, percent-encoded for a URL except for letters, digits and the characters in `keep`.
pub(super) fn encoded(text: &str, keep: &str) -> String {
    use fmt::Write as _;

    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || keep.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
