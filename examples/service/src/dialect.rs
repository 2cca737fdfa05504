//! SQL for whichever database it is.
use sqlx::{Any, AssertSqlSafe, SqlSafeStr as _, SqlStr};
use sqlx_transactional::Db;

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
        let pieces = text
            .split('$')
            .map(|piece| piece.trim_start_matches(|digit: char| digit.is_ascii_digit()));
        AssertSqlSafe(pieces.collect::<Vec<_>>().join("?")).into_sql_str()
    }
}
