//! The part of the database that is chosen at run time: that of the one behind it.
use sqlx::{Any, AnyConnection, SqlStr, any::AnyConnectOptions};
#[cfg(any(feature = "postgres", feature = "mysql"))]
use sqlx::{Executor, Row};

#[cfg(feature = "postgres")]
use super::postgres;
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::{super::any::Behind, Backend as _, Sandboxing, unsuccessful};
#[cfg(feature = "mysql")]
use super::{Interruption, mysql};
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
use crate::sql::Dialect;
use crate::{mode::Isolation, sandbox::Fault};

impl Sandboxing<Any> for Behind {
    fn begin_sandbox(connection: &AnyConnection, isolation: Option<Isolation>) -> SqlStr {
        let _ = isolation;
        match Self::dialect(connection) {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => postgres::begin_sandbox(isolation),
            #[cfg(feature = "mysql")]
            Dialect::MySql => mysql::begin_sandbox(isolation),
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => sqlite::BEGIN_SANDBOX,
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => SqlStr::from_static("BEGIN"),
        }
    }

    async fn isolation(connection: &mut AnyConnection) -> Result<Isolation, sqlx::Error> {
        match Self::dialect(connection) {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let row = Executor::fetch_one(connection, postgres::ISOLATION).await?;
                Ok(postgres::isolation(row.try_get(0)?))
            }
            #[cfg(feature = "mysql")]
            Dialect::MySql => {
                let row = Executor::fetch_one(connection, mysql::ISOLATION).await?;
                Ok(mysql::isolation(row.try_get(1)?))
            }
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => Ok(Isolation::Serializable),
        }
    }

    async fn provoke(connection: &mut AnyConnection, fault: Fault) -> sqlx::Error {
        let _ = fault;
        match Self::dialect(connection) {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => postgres::provoke::<Any>(connection, fault).await,
            #[cfg(feature = "mysql")]
            Dialect::MySql => mysql::provoke::<Any>(connection, fault).await,
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => unsuccessful(sqlite::find_it_locked().await),
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => unsuccessful(Ok(())),
        }
    }

    #[cfg(feature = "mysql")]
    fn interruption(&self) -> Option<Interruption> {
        if let Self::MySql(thread) = self {
            thread.interruption()
        } else {
            None
        }
    }

    fn lead_nowhere(options: &mut AnyConnectOptions) {
        // There is no driver for it.
        let _ = options.database_url.set_scheme("nowhere");
    }
}
