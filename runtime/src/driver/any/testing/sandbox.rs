//! The part of the database that is chosen at run time: that of the one behind it.
use sqlx::{Any, AnyConnection, SqlStr, any::AnyConnectOptions};
#[cfg(any(feature = "postgres", feature = "mysql"))]
use sqlx::{Executor, Row};

#[cfg(feature = "mysql")]
use crate::driver::testing::sandbox::Interruption;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
use crate::sql::Dialect;
use crate::{
    driver::{
        Backend as _,
        any::Behind,
        testing::{
            fault::Fault,
            sandbox::{Sandboxing, unsuccessful},
        },
    },
    mode::Isolation,
};

impl Sandboxing<Any> for Behind {
    fn begin_sandbox(connection: &AnyConnection, isolation: Option<Isolation>) -> SqlStr {
        let _ = isolation;
        match Self::dialect(connection) {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                crate::driver::postgres::testing::sandbox::begin_sandbox(isolation)
            }
            #[cfg(feature = "mysql")]
            Dialect::MySql => crate::driver::mysql::testing::sandbox::begin_sandbox(isolation),
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => crate::driver::sqlite::testing::sandbox::BEGIN_SANDBOX,
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => SqlStr::from_static("BEGIN"),
        }
    }

    async fn isolation(connection: &mut AnyConnection) -> Result<Isolation, sqlx::Error> {
        match Self::dialect(connection) {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let row = Executor::fetch_one(
                    connection,
                    crate::driver::postgres::testing::sandbox::ISOLATION,
                )
                .await?;
                Ok(crate::driver::postgres::testing::sandbox::isolation(
                    row.try_get(0)?,
                ))
            }
            #[cfg(feature = "mysql")]
            Dialect::MySql => {
                let row = Executor::fetch_one(
                    connection,
                    crate::driver::mysql::testing::sandbox::ISOLATION,
                )
                .await?;
                Ok(crate::driver::mysql::testing::sandbox::isolation(
                    row.try_get(1)?,
                ))
            }
            #[allow(unreachable_patterns, reason = "not with all drivers")]
            _ => Ok(Isolation::Serializable),
        }
    }

    async fn provoke(connection: &mut AnyConnection, fault: Fault) -> sqlx::Error {
        let _ = fault;
        match Self::dialect(connection) {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                crate::driver::postgres::testing::sandbox::provoke::<Any>(connection, fault).await
            }
            #[cfg(feature = "mysql")]
            Dialect::MySql => {
                crate::driver::mysql::testing::sandbox::provoke::<Any>(connection, fault).await
            }
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                unsuccessful(crate::driver::sqlite::testing::sandbox::find_it_locked().await)
            }
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
