//! MySQL and MariaDB: how their transactions begin and end, and what their errors mean
//! (<https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
//! <https://mariadb.com/kb/en/mariadb-error-code-reference/>).
pub(crate) mod begin;
pub(crate) mod ledger;
pub(crate) mod position;
#[cfg(feature = "test")]
pub(crate) mod testing;

use std::{io, time::Duration};

use futures_core::future::BoxFuture;
use sqlx::{
    AssertSqlSafe, MySql, SqlSafeStr, SqlStr,
    mysql::{MySqlConnectOptions, MySqlDatabaseError},
};
use tokio::time::timeout;

use crate::{
    driver::{
        Backend, Driver,
        begin::{BeginOptions, BeginOutcome, Inquiry, Release, Signal},
        connect::Connect,
        effect::{CancelEffect, ErrorEffect, OpenCheck, Progress},
        execution::{Execution, ThroughSqlx, forward_to_sqlx, last_row, no_row, run_and_ask},
        mysql::ledger::Entry,
        position::Token,
        rules::{Rules, effect_of_connection},
        sealed::Sealed,
        server::ServerInfo,
    },
    error::class::Class,
    sql::Dialect,
};

/// A stream that was left early is read to its end before ROLLBACK; a statement that takes longer
/// than this is stopped.
const GRACE: Duration = Duration::from_millis(50);
/// Which server it follows only an administrator may see; that it takes no writes, every user.
const ABOUT: SqlStr = SqlStr::from_static(
    "SELECT CAST(@@GLOBAL.read_only AS SIGNED), CONVERT(VERSION() USING utf8mb4)",
);

pub(crate) static RULES: Rules = Rules {
    dialect: Dialect::MySql,
    is_remote: true,
    has_one_writer: false,
    // Dropped before its answer is here, COMMIT would leave the connection out of step.
    commits_by_one_poll: false,
    #[cfg(feature = "migrate")]
    migration_lock: Some(MIGRATION_LOCK),
    #[cfg(feature = "test")]
    rolls_back_what_is_stopped: false,
    effect: |error| match (error, number(error)) {
        (sqlx::Error::Database(_), _) if Class::of_sqlx(error) == Class::Connection => {
            ErrorEffect::Breaks
        }
        // ER_LOCK_DEADLOCK, ER_LOCK_TABLE_FULL, ER_CHECKREAD,
        // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: the whole transaction is gone, and the next
        // statement would commit itself.
        // https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
        (_, Some(1213 | 1206 | 1020 | 3101)) => ErrorEffect::Ends,
        // ER_LOCK_WAIT_TIMEOUT: the statement alone, unless innodb_rollback_on_timeout is on.
        // ER_SP_DOES_NOT_EXIST: an unknown function, or a savepoint that something has taken away
        // with its transaction.
        (_, Some(1205 | 1305)) => ErrorEffect::Asks,
        _ => effect_of_connection(error),
    },
    // sqlx loses count of the server's packets in a statement that is dropped while it waits for
    // one, and behind a result, whose end it notes in the next poll only; after a row it does not.
    cut: |progress, reads| match progress {
        Progress::Waiting | Progress::AfterResult => CancelEffect::Breaks,
        Progress::AfterRow if reads => CancelEffect::Asks,
        Progress::AfterRow => CancelEffect::Poisons,
    },
    // ER_CANT_CHANGE_TX_CHARACTERISTICS: SET TRANSACTION inside a transaction.
    is_inherited: |error| number(error) == Some(1568),
    // ER_SP_DOES_NOT_EXIST
    release_failed: |error| (number(error) == Some(1305)).then_some(Release::Gone),
};

impl Sealed for MySql {}
forward_to_sqlx!(MySql);

impl Driver for MySql {
    type Execution = ThroughSqlx;
    type Backend = Thread;
}

/// The server's thread behind the connection, and what BEGIN set on it. `None` until a BEGIN is
/// acknowledged: without one, the connection is out of step, or has settings that would stay.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Thread(Option<Begun>);

#[derive(Debug)]
#[cfg_attr(
    feature = "test",
    expect(
        clippy::struct_excessive_bools,
        reason = "each is true by itself, or not"
    )
)]
struct Begun {
    /// What KILL wants.
    id: i64,
    /// False while a second BEGIN is on its way: the connection's state is not known then.
    acknowledged: bool,
    sets_timeout: bool,
    sets_lock_timeout: bool,
    /// The transaction's row in the ledger, where its COMMIT is to be resolved.
    entry: Option<Entry>,
    #[cfg(feature = "test")]
    enclosed: bool,
}

impl Thread {
    fn entry(&self) -> Option<&Entry> {
        self.0.as_ref()?.entry.as_ref()
    }

    #[cfg(feature = "test")]
    pub(crate) fn id(&self) -> Option<i64> {
        self.0.as_ref().map(|begun| begun.id)
    }

    #[cfg(feature = "test")]
    fn is_enclosed(&self) -> bool {
        self.0.as_ref().is_some_and(|begun| begun.enclosed)
    }

    #[cfg_attr(
        not(feature = "test"),
        expect(
            clippy::unused_self,
            reason = "a sandbox is a matter of the feature `test`"
        )
    )]
    fn rollback(&self) -> SqlStr {
        #[cfg(feature = "test")]
        if self.is_enclosed() {
            return crate::driver::testing::sandbox::ROLLBACK;
        }
        SqlStr::from_static("ROLLBACK")
    }

    /// What is sent for `command`, which ends with COMMIT: the transaction's row in the ledger, if
    /// it is to have one, and what puts back the settings.
    fn committing(&self, command: SqlStr) -> Result<SqlStr, sqlx::Error> {
        let command = match self.entry() {
            Some(entry) => entry.before(&command),
            None => command,
        };
        #[cfg(feature = "test")]
        if self.is_enclosed() {
            return self.after_restoring(crate::driver::testing::sandbox::commit(&command, ""));
        }
        self.after_restoring(command)
    }

    /// `command`, after what BEGIN set is put back: one answer acknowledges both.
    fn after_restoring(&self, command: SqlStr) -> Result<SqlStr, sqlx::Error> {
        // Without an acknowledged BEGIN the connection is out of step, or inside of a transaction
        // that is not ours.
        let Some(begun) = self.0.as_ref().filter(|begun| begun.acknowledged) else {
            return Err(sqlx::Error::Protocol("BEGIN was not acknowledged".into()));
        };
        Ok(begin::after_restoring(
            begun.sets_timeout,
            begun.sets_lock_timeout,
            command,
        ))
    }
}

impl<DB: Driver> Backend<DB> for Thread {
    fn rules(_: &DB::Connection) -> &'static Rules {
        &RULES
    }

    async fn begin(
        &mut self,
        connection: &mut DB::Connection,
        opening: &BeginOptions,
        after: Option<&Token>,
    ) -> Result<BeginOutcome, sqlx::Error> {
        let rows = DB::Execution::rows(connection, position::begin_after(opening, after)).await;
        let rows = rows.map_err(ledger::explain)?;
        let (Some(first), Some(row)) = (rows.first(), rows.last()) else {
            return Err(no_row());
        };
        self.0 = Some(Begun {
            id: DB::Execution::integer(row, 0)?.ok_or_else(no_row)?,
            acknowledged: true,
            sets_timeout: opening.timeout.is_some(),
            sets_lock_timeout: opening.lock_timeout.is_some(),
            entry: if opening.resolvable {
                Some(Entry::new(DB::Execution::text(row, 1)?))
            } else {
                None
            },
            #[cfg(feature = "test")]
            enclosed: opening.enclosed,
        });
        Ok(match after {
            Some(_) => position::opened(DB::Execution::integer(first, -1)?),
            None => BeginOutcome::Ready,
        })
    }

    async fn begin_again(
        &mut self,
        connection: &mut DB::Connection,
        opening: &BeginOptions,
    ) -> Result<(), sqlx::Error> {
        let sql = begin::begin_again(&self.rollback(), opening);
        if let Some(begun) = &mut self.0 {
            begun.acknowledged = false;
        }
        let rows = DB::Execution::rows(connection, sql).await?;
        if let Some(begun) = &mut self.0 {
            begun.entry = match rows.last() {
                Some(row) => Some(Entry::new(DB::Execution::text(row, 0)?)),
                None => None,
            };
            begun.acknowledged = true;
        }
        Ok(())
    }

    async fn commit(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        DB::Execution::run(connection, self.committing(command)?).await
    }

    async fn commit_and_tell(
        &self,
        connection: &mut DB::Connection,
        command: SqlStr,
    ) -> Result<Option<Token>, sqlx::Error> {
        let command = self.committing(command)?;
        let row = run_and_ask::<DB>(connection, &command, position::POSITION).await?;
        Ok(row.and_then(|row| position::of_row::<DB>(&row).ok()))
    }

    async fn position(&self, connection: &mut DB::Connection) -> Result<Token, sqlx::Error> {
        let row = last_row::<DB>(connection, SqlStr::from_static(position::POSITION)).await?;
        position::of_row::<DB>(&row)
    }

    async fn roll_back(
        &self,
        connection: &mut DB::Connection,
        stop: Option<BoxFuture<'_, ()>>,
    ) -> Result<(), sqlx::Error> {
        let rollback = DB::Execution::run(connection, self.after_restoring(self.rollback())?);
        // A sandbox would be over with its connection.
        #[cfg(feature = "test")]
        let stop = stop.filter(|_| !self.is_enclosed());
        let Some(stop) = stop else {
            return rollback.await;
        };
        if let Ok(answer) = timeout(GRACE, rollback).await {
            return answer;
        }
        stop.await;
        Err(sqlx::Error::Io(io::Error::new(
            io::ErrorKind::TimedOut,
            "the statement before ROLLBACK had to be killed, and its connection with it",
        )))
    }

    /// Kills the connection with what runs on it. Closing our end would not: the server looks at
    /// the socket only when it has something to send. The thread cannot be another client's: its
    /// connection is still ours.
    fn stop(&self) -> Option<Signal> {
        let id = self.0.as_ref()?.id;
        Some(Signal {
            sql: AssertSqlSafe(format!("KILL {id}")).into_sql_str(),
            process: id.unsigned_abs(),
            // ER_NO_SUCH_THREAD: it has ended by itself.
            is_void: |error| number(error) == Some(1094),
        })
    }

    fn disconnect(&self) -> Option<Signal> {
        Backend::<DB>::stop(self)
    }

    fn resolve(&self) -> Inquiry {
        self.entry().map_or_else(Inquiry::default, Entry::resolve)
    }

    fn after_commit(&self) -> Option<SqlStr> {
        self.entry().and_then(|_| ledger::prune())
    }

    /// SET TRANSACTION fails inside a transaction, so if it succeeds the transaction is gone; the
    /// ROLLBACK that follows takes back what it set. A stream that was left early is read to its
    /// end first, and its error comes instead.
    async fn check_open(&self, connection: &mut DB::Connection) -> OpenCheck {
        let sql = SqlStr::from_static("SET TRANSACTION READ WRITE");
        match DB::Execution::run(connection, sql).await {
            Ok(()) => OpenCheck::Ended,
            Err(error) if (RULES.is_inherited)(&error) => OpenCheck::Open,
            Err(error) => OpenCheck::Failed(error),
        }
    }

    async fn server_info(
        &self,
        connection: &mut DB::Connection,
    ) -> Result<ServerInfo, sqlx::Error> {
        let row = last_row::<DB>(connection, ABOUT).await?;
        Ok(ServerInfo {
            version: DB::Execution::text(&row, 1)?,
            is_replica: DB::Execution::integer(&row, 0)? != Some(0),
        })
    }
}

impl Connect<MySql> for Thread {
    fn rules_for(_: &MySqlConnectOptions) -> &'static Rules {
        &RULES
    }
}

/// The lock under which migrations run. sqlx asks for one with a timeout of -1, which MySQL takes
/// for "for ever"; MariaDB answers NULL at once, and keeps no other migration out:
/// <https://mariadb.com/kb/en/get_lock/>. In seconds: a year.
#[cfg(feature = "migrate")]
pub(crate) const MIGRATION_LOCK: (SqlStr, SqlStr) = (
    SqlStr::from_static(
        "DO GET_LOCK(CONCAT('sqlx_tx_migrate_', MD5(COALESCE(DATABASE(), ''))), 31536000)",
    ),
    SqlStr::from_static(
        "DO RELEASE_LOCK(CONCAT('sqlx_tx_migrate_', MD5(COALESCE(DATABASE(), ''))))",
    ),
);

fn number(error: &sqlx::Error) -> Option<u16> {
    error
        .as_database_error()?
        .try_downcast_ref()
        .map(MySqlDatabaseError::number)
}

/// By number: SQLSTATEs do not tell, a lock timeout has the one for "anything".
pub(crate) fn class(error: &MySqlDatabaseError) -> Class {
    match error.number() {
        // ER_LOCK_DEADLOCK; MySQL's ER_USER_LOCK_DEADLOCK, of GET_LOCK()
        1213 | 3058 => Class::Deadlock,
        // MariaDB's ER_CHECKREAD: with innodb_snapshot_isolation, a row has changed since the
        // snapshot. MySQL's ER_TRANSACTION_ROLLBACK_DURING_COMMIT: group replication found a
        // conflict.
        1020 | 3101 => Class::Serialization,
        // ER_LOCK_WAIT_TIMEOUT; MySQL's ER_LOCK_NOWAIT
        1205 | 3572 => Class::LockTimeout,
        // ER_QUERY_INTERRUPTED, by hand; MariaDB's ER_STATEMENT_TIMEOUT; MySQL's ER_QUERY_TIMEOUT
        1317 | 1969 | 3024 => Class::Timeout,
        // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS; ER_UNKNOWN_COM_ERROR: a Galera node
        // that takes no statements
        1040 | 1203 | 1047
        // ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_SHUTDOWN_COMPLETE, ER_FORCING_CLOSE
        | 1053 | 1077 | 1079 | 1080
        // ER_ABORTING_CONNECTION, ER_NEW_ABORTING_CONNECTION, ER_NET_PACKETS_OUT_OF_ORDER to
        // ER_NET_WRITE_INTERRUPTED
        | 1152 | 1184 | 1156..=1161
        // MariaDB's ER_CONNECTION_KILLED; MySQL's ER_SESSION_WAS_KILLED and
        // ER_CLIENT_INTERACTION_TIMEOUT
        | 1927 | 3169 | 4031 => Class::Connection,
        _ => Class::Other,
    }
}
