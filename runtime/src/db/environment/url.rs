//! The databases, and how their URLs are written.
use std::fmt;

use crate::{
    db::environment::{
        Result,
        error::{EnvironmentError, found},
    },
    driver::Driver,
};

/// A database that the environment can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::db) enum Engine {
    Postgres,
    MySql,
    Sqlite,
}

impl Engine {
    const ALL: [Self; 3] = [Self::Postgres, Self::MySql, Self::Sqlite];

    /// The one that a type stands for; with `Any`, the environment decides.
    pub(super) fn of<DB: Driver>() -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|engine| engine.to_string() == DB::NAME)
    }

    /// A URL of it.
    pub(in crate::db) fn example<DB: Driver>() -> &'static str {
        Self::of::<DB>().unwrap_or(Self::Postgres).url()
    }

    pub(super) fn url(self) -> &'static str {
        match self {
            Self::Postgres => "postgres://shop@localhost/shop",
            Self::MySql => "mysql://shop@localhost/shop",
            Self::Sqlite => "sqlite:shop.db",
        }
    }

    /// The names that it has, in URLs and in `DB_ENGINE`; the first is that of the feature.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgres", "postgresql"],
            Self::MySql => &["mysql", "mariadb"],
            Self::Sqlite => &["sqlite"],
        }
    }

    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| {
            engine
                .names()
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        })
    }

    fn is_on(self) -> bool {
        match self {
            Self::Postgres => cfg!(feature = "postgres"),
            Self::MySql => cfg!(feature = "mysql"),
            Self::Sqlite => cfg!(feature = "sqlite"),
        }
    }

    /// Why this one cannot be used, if the type asks for another or it was not compiled in.
    pub(super) fn unusable(self, needed: Option<Self>) -> Option<String> {
        match needed {
            Some(needed) if needed != self => Some(format!("this program uses {needed}")),
            _ if !self.is_on() => Some(format!(
                "this program was built without the feature `{}`",
                self.names()[0]
            )),
            _ => None,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::Sqlite => "SQLite",
        })
    }
}

/// Whether the URL is one of a database that can be used; sqlx itself would take any.
pub(super) fn check(url: &str, needed: Option<Engine>) -> Result<()> {
    let wrong = |problem: String| {
        Err(EnvironmentError::new(
            "DATABASE_URL",
            problem,
            example(needed),
        ))
    };
    if url.starts_with(['"', '\'']) {
        return wrong("begins with a quote, which does not belong to it".to_owned());
    }
    let Some((scheme, _)) = url.split_once(':') else {
        return wrong("is no URL".to_owned());
    };
    let Some(engine) = Engine::by_name(scheme) else {
        return wrong(format!(
            "begins with {}, not with `postgres:`, `mysql:` or `sqlite:`",
            found(scheme)
        ));
    };
    match engine.unusable(needed) {
        Some(reason) => wrong(format!("begins with `{scheme}:`, and {reason}")),
        None => Ok(()),
    }
}

/// What sqlx says of a URL that it cannot read, which shows no user, password or host.
pub(super) fn unreadable(mut error: &sqlx::Error, needed: Option<Engine>) -> EnvironmentError {
    let mut reason = error.to_string();
    // Each layer would say once more that it is an error of the configuration.
    while let sqlx::Error::Configuration(inner) = error {
        reason = inner.to_string();
        let Some(inner) = inner.downcast_ref() else {
            break;
        };
        error = inner;
    }
    let advice = if needed == Some(Engine::Sqlite) {
        ""
    } else {
        "; special characters in a password are to be percent-encoded"
    };
    EnvironmentError::new(
        "DATABASE_URL",
        format!("cannot be read: {reason}{advice}"),
        example(needed),
    )
}

pub(super) fn example(needed: Option<Engine>) -> String {
    format!("DATABASE_URL={}", needed.unwrap_or(Engine::Postgres).url())
}

/// Text that stands in a URL for itself, whatever characters it has. `keep` are those that may stay
/// beside letters and digits.
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
