//! What the services in this folder have in common, whatever framework they are made with: configuration, logs, the signal that ends them, and
//! SQL for whichever database it is; and passwords.

mod passwords;

use std::{
    env,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rand::distr::{Alphanumeric, SampleString as _};
use sqlx::{Any, AssertSqlSafe, SqlSafeStr as _, SqlStr};
use sqlx_transactional::{Db, DbOptions};
use tokio::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};
use tracing_subscriber::EnvFilter;

pub use crate::passwords::{NotHashed, Params, Passwords};

/// Logs a line of JSON an event, as `RUST_LOG` says.
pub fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().json().with_env_filter(filter).init();
}

/// The database that the environment names, or `file` of SQLite in the working directory.
///
/// # Errors
/// A variable is malformed, or there is no connection.
pub async fn open(file: &str) -> Result<Db<Any>, sqlx::Error> {
    open_with(file, options).await
}

/// What differs from the crate's defaults.
pub fn options(options: DbOptions<Any>) -> DbOptions<Any> {
    // Less than a call may take: where the server is away that is what is said, and not that the call took too long.
    options.pool(|pool| pool.acquire_timeout(Duration::from_secs(2)))
}

/// The same, with what `change` makes of the crate's own options.
///
/// # Errors
/// As [`open`].
pub async fn open_with(file: &str, change: impl FnOnce(DbOptions<Any>) -> DbOptions<Any>) -> Result<Db<Any>, sqlx::Error> {
    let options = if env::var_os("DATABASE_URL").is_none() && env::var_os("DB_NAME").is_none() {
        DbOptions::from_url(&format!("sqlite://{file}?mode=rwc"))
    } else {
        DbOptions::from_env()
    };
    Ok(change(options?).connect().await?.with_timeout(Duration::from_secs(5)))
}

/// Where to listen: `LISTEN`, or port 3000 of the loopback interface.
#[must_use]
pub fn address() -> String {
    env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned())
}

/// Thirty-two letters and digits that nobody can guess.
#[must_use]
pub fn random() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), 32)
}

/// Milliseconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn asked_to_end() {
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return drop(ctrl_c().await) };
    tokio::select! {
        _ = ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

/// Which database a `Db<Any>` leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `PostgreSQL`.
    Postgres,
    /// `MySQL` or `MariaDB`.
    MySql,
    /// `SQLite`.
    Sqlite,
}

impl Dialect {
    /// Asks a connection.
    ///
    /// # Errors
    /// There is none.
    pub async fn of(db: &Db<Any>) -> Result<Self, sqlx::Error> {
        Ok(match db.pool().acquire().await?.backend_name() {
            "PostgreSQL" => Self::Postgres,
            "MySQL" => Self::MySql,
            _ => Self::Sqlite,
        })
    }

    /// What its makers call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::Sqlite => "SQLite",
        }
    }

    /// A text whose placeholders are `$1`, `$2`, in this order, which MySQL calls `?`.
    #[must_use]
    pub fn sql(self, text: &'static str) -> SqlStr {
        if self != Self::MySql {
            return SqlStr::from_static(text);
        }
        let pieces = text.split('$').map(|piece| piece.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        AssertSqlSafe(pieces.collect::<Vec<_>>().join("?")).into_sql_str()
    }
}
