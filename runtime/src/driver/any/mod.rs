//! The driver for `sqlx::Any`: passes each call to the driver of the database that the connection
//! leads to.
//!
//! It has no SQL and no error codes of its own.
pub(crate) mod opening;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
#[cfg(feature = "test")]
pub(crate) mod testing;

use futures_core::future::BoxFuture;
use sqlx::{Any, AnyConnection, SqlStr};

#[cfg(feature = "mysql")]
use crate::driver::mysql::{self, Thread};
#[cfg(feature = "postgres")]
use crate::driver::postgres::{self, Process};
#[cfg(feature = "sqlite")]
use crate::driver::sqlite::Settings;
use crate::{
    driver::{
        Backend, Driver,
        begin::{BeginOptions, BeginOutcome, Inquiry, Signal},
        effect::{CancelEffect, OpenCheck},
        execution::{ThroughSqlx, forward_to_sqlx},
        position::Token,
        rules::{Rules, effect_of_connection},
        sealed::Sealed,
        server::ServerInfo,
    },
    sql::Dialect,
};

impl Sealed for Any {}
forward_to_sqlx!(Any);

impl Driver for Any {
    type Execution = ThroughSqlx;
    type Backend = Chosen;
}

/// The state of a transaction on the database that the connection leads to.
#[doc(hidden)]
#[derive(Debug, Default)]
pub enum Chosen {
    /// No BEGIN was sent yet, or the database has no driver.
    #[default]
    None,
    #[cfg(feature = "postgres")]
    Postgres(Process),
    #[cfg(feature = "mysql")]
    MySql(Thread),
    #[cfg(feature = "sqlite")]
    Sqlite(Settings),
}

/// The rules of a database without a driver. They are never applied, because no transaction begins
/// there.
static NO_DRIVER: Rules = Rules {
    dialect: Dialect::Postgres,
    is_remote: true,
    has_one_writer: false,
    commits_by_one_poll: false,
    #[cfg(feature = "migrate")]
    migration_lock: None,
    #[cfg(feature = "test")]
    rolls_back_what_is_stopped: false,
    effect: effect_of_connection,
    cut: |_, _| CancelEffect::Breaks,
    is_inherited: |_| false,
    release_failed: |_| None,
};

/// Evaluates an expression with the chosen backend as a variable, or the one after `else` if there
/// is no backend.
macro_rules! chosen {
    ($backend:expr, $chosen:ident => $does:expr, else $none:expr) => {
        match $backend {
            #[cfg(feature = "postgres")]
            crate::driver::any::Chosen::Postgres($chosen) => $does,
            #[cfg(feature = "mysql")]
            crate::driver::any::Chosen::MySql($chosen) => $does,
            #[cfg(feature = "sqlite")]
            crate::driver::any::Chosen::Sqlite($chosen) => $does,
            crate::driver::any::Chosen::None => $none,
        }
    };
}
#[cfg(feature = "test")]
pub(crate) use chosen;

/// The error of BEGIN on a database without a driver.
fn no_driver() -> sqlx::Error {
    sqlx::Error::Configuration(
        "sqlx-transactional has no driver for this database: its feature is off, or there is none"
            .into(),
    )
}

#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql", feature = "sqlite")),
    expect(
        unused_variables,
        reason = "without a database, there is nothing to choose"
    )
)]
impl Backend<Any> for Chosen {
    fn rules(connection: &AnyConnection) -> &'static Rules {
        rules_of(connection.backend_name())
    }

    fn of(connection: &AnyConnection) -> Self {
        match connection.backend_name() {
            #[cfg(feature = "postgres")]
            "PostgreSQL" => Self::Postgres(Process::default()),
            #[cfg(feature = "mysql")]
            "MySQL" => Self::MySql(Thread::default()),
            #[cfg(feature = "sqlite")]
            "SQLite" => Self::Sqlite(Settings::default()),
            _ => Self::None,
        }
    }

    async fn begin(
        &mut self,
        connection: &mut AnyConnection,
        options: &BeginOptions,
        after: Option<&Token>,
    ) -> Result<BeginOutcome, sqlx::Error> {
        chosen!(self, chosen => Backend::<Any>::begin(chosen, connection, options, after).await, else Err(no_driver()))
    }

    async fn begin_again(
        &mut self,
        connection: &mut AnyConnection,
        options: &BeginOptions,
    ) -> Result<(), sqlx::Error> {
        chosen!(self, chosen => Backend::<Any>::begin_again(chosen, connection, options).await, else Err(no_driver()))
    }

    async fn commit(
        &self,
        connection: &mut AnyConnection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        chosen!(self, chosen => Backend::<Any>::commit(chosen, connection, command).await, else Err(no_driver()))
    }

    async fn commit_with_position(
        &self,
        connection: &mut AnyConnection,
        command: SqlStr,
    ) -> Result<Option<Token>, sqlx::Error> {
        chosen!(
            self,
            chosen => Backend::<Any>::commit_with_position(chosen, connection, command).await,
            else Err(no_driver())
        )
    }

    async fn position(&self, connection: &mut AnyConnection) -> Result<Token, sqlx::Error> {
        chosen!(self, chosen => Backend::<Any>::position(chosen, connection).await, else Err(no_driver()))
    }

    async fn roll_back(
        &self,
        connection: &mut AnyConnection,
        stop: Option<BoxFuture<'_, ()>>,
    ) -> Result<(), sqlx::Error> {
        chosen!(self, chosen => Backend::<Any>::roll_back(chosen, connection, stop).await, else Ok(()))
    }

    fn stop(&self) -> Option<Signal> {
        chosen!(self, chosen => Backend::<Any>::stop(chosen), else None)
    }

    fn disconnect(&self) -> Option<Signal> {
        chosen!(self, chosen => Backend::<Any>::disconnect(chosen), else None)
    }

    fn resolve(&self) -> Inquiry {
        chosen!(self, chosen => Backend::<Any>::resolve(chosen), else Inquiry::default())
    }

    fn after_commit(&self) -> Option<SqlStr> {
        chosen!(self, chosen => Backend::<Any>::after_commit(chosen), else None)
    }

    async fn check_open(&self, connection: &mut AnyConnection) -> OpenCheck {
        chosen!(self, chosen => Backend::<Any>::check_open(chosen, connection).await, else OpenCheck::Ended)
    }

    async fn server_info(&self, connection: &mut AnyConnection) -> Result<ServerInfo, sqlx::Error> {
        chosen!(self, chosen => Backend::<Any>::server_info(chosen, connection).await, else Err(no_driver()))
    }
}

/// The rules of the database with this `backend_name` of sqlx.
pub(crate) fn rules_of(name: &str) -> &'static Rules {
    match name {
        #[cfg(feature = "postgres")]
        "PostgreSQL" => &postgres::RULES,
        #[cfg(feature = "mysql")]
        "MySQL" => &mysql::RULES,
        #[cfg(feature = "sqlite")]
        "SQLite" => &crate::driver::sqlite::RULES,
        _ => &NO_DRIVER,
    }
}
