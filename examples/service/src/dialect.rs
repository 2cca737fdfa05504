//! The dialect of SQL of the database behind a `Db<Any>`.
use sqlx::{Any, AssertSqlSafe, SqlSafeStr as _, SqlStr};
use sqlx_transactional::Db;

/// The database behind a `Db<Any>`.
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
    /// Asks a connection which database it is.
    ///
    /// # Errors
    /// No connection could be acquired.
    pub async fn of(db: &Db<Any>) -> Result<Self, sqlx::Error> {
        Ok(match db.pool().acquire().await?.backend_name() {
            "PostgreSQL" => Self::Postgres,
            "MySQL" => Self::MySql,
            _ => Self::Sqlite,
        })
    }

    /// The name of the database, as its documentation writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::Sqlite => "SQLite",
        }
    }

    /// SQL for this database. `text` has the placeholders `$1`, `$2`, .. in this order; for MySQL
    /// they become `?`.
    #[must_use]
    pub fn sql(self, text: &'static str) -> SqlStr {
        if self != Self::MySql {
            return SqlStr::from_static(text);
        }
        let pieces = text
            .split('$')
            .map(|piece| piece.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        AssertSqlSafe(pieces.collect::<Vec<_>>().join("?")).into_sql_str()
    }
}
