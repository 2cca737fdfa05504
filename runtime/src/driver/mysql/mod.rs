//! The driver for MySQL and MariaDB: commit, rollback and cancellation, and the meaning of their
//! error numbers (<https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
//! <https://mariadb.com/kb/en/mariadb-error-code-reference/>).
//!
//! The text of BEGIN is in `begin`, positions in the binary log are in `position`, and the table
//! for `exactly_once` is in `ledger`.
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

/// How long ROLLBACK may take before the connection is killed. sqlx reads a stream that was dropped
/// early to its end before it sends ROLLBACK.
const GRACE: Duration = Duration::from_millis(50);
/// A replica is recognised by `read_only`, which every user may read. SHOW REPLICA STATUS needs a
/// privilege.
const ABOUT: SqlStr = SqlStr::from_static(
    "SELECT CAST(@@GLOBAL.read_only AS SIGNED), CONVERT(VERSION() USING utf8mb4)",
);

pub(crate) static RULES: Rules = Rules {
    dialect: Dialect::MySql,
    is_remote: true,
    has_one_writer: false,
    // A COMMIT that is dropped before its answer has arrived would leave the connection unusable,
    // see `cut`.
    commits_by_one_poll: false,
    #[cfg(feature = "migrate")]
    migration_lock: Some(MIGRATION_LOCK),
    #[cfg(feature = "test")]
    rolls_back_what_is_stopped: false,
    effect: |error| match (error, number(error)) {
        (sqlx::Error::Database(_), _) if Class::of_sqlx(error) == Class::Connection => {
            ErrorEffect::Breaks
        }
        // 1213 ER_LOCK_DEADLOCK, 1206 ER_LOCK_TABLE_FULL, 1020 ER_CHECKREAD,
        // 3101 ER_TRANSACTION_ROLLBACK_DURING_COMMIT: the server rolls back the whole transaction.
        // It would run the next statement in autocommit mode, and commit it at once.
        // https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
        (_, Some(1213 | 1206 | 1020 | 3101)) => ErrorEffect::Ends,
        // 1205 ER_LOCK_WAIT_TIMEOUT: the server rolls back the statement only, or with
        // innodb_rollback_on_timeout the whole transaction.
        // 1305 ER_SP_DOES_NOT_EXIST: the statement calls an unknown function, or the savepoint does
        // not exist because its transaction has ended.
        (_, Some(1205 | 1305)) => ErrorEffect::Asks,
        _ => effect_of_connection(error),
    },
    // sqlx numbers the server's packets. It loses the count if a statement is dropped while it
    // waits for a packet. It also loses it after a result, because it records the end of the result
    // in the next poll. A statement that is dropped after a row is read to its end later.
    cut: |progress, reads| match progress {
        Progress::Waiting | Progress::AfterResult => CancelEffect::Breaks,
        Progress::AfterRow if reads => CancelEffect::Asks,
        Progress::AfterRow => CancelEffect::Poisons,
    },
    // 1568 ER_CANT_CHANGE_TX_CHARACTERISTICS: SET TRANSACTION inside a transaction.
    is_inherited: |error| number(error) == Some(1568),
    // 1305 ER_SP_DOES_NOT_EXIST
    release_failed: |error| (number(error) == Some(1305)).then_some(Release::Gone),
};

impl Sealed for MySql {}
forward_to_sqlx!(MySql);

impl Driver for MySql {
    type Execution = ThroughSqlx;
    type Backend = Thread;
}

/// The state of a transaction on MySQL or MariaDB: its server thread, and the settings that BEGIN
/// changed.
///
/// `None` until BEGIN is acknowledged. If BEGIN is cancelled, the connection is not reused:
/// its protocol state is not known, or settings of BEGIN would stay on it.
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
    /// The thread id, which KILL takes.
    id: i64,
    /// False while `begin_again` waits for its answer: if it is cancelled, the state of the
    /// connection is not known.
    acknowledged: bool,
    sets_timeout: bool,
    sets_lock_timeout: bool,
    /// The transaction's row in the ledger, if the outcome of COMMIT has to be resolvable.
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

    /// The text to send for `command`, which ends with COMMIT. Before it, the text restores the
    /// settings and inserts the transaction's row in the ledger, if it has one.
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

    /// `command`, preceded by statements that restore the settings that BEGIN changed. They are one
    /// message, so that a `command` that was acknowledged implies restored settings.
    fn after_restoring(&self, command: SqlStr) -> Result<SqlStr, sqlx::Error> {
        // Without an acknowledged BEGIN, the protocol state is not known, or the connection is
        // inside a transaction that an earlier user of the connection left open.
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
        options: &BeginOptions,
        after: Option<&Token>,
    ) -> Result<BeginOutcome, sqlx::Error> {
        let rows = DB::Execution::rows(connection, position::begin_after(options, after)).await;
        let rows = rows.map_err(ledger::explain)?;
        let (Some(first), Some(row)) = (rows.first(), rows.last()) else {
            return Err(no_row());
        };
        self.0 = Some(Begun {
            id: DB::Execution::integer(row, 0)?.ok_or_else(no_row)?,
            acknowledged: true,
            sets_timeout: options.timeout.is_some(),
            sets_lock_timeout: options.lock_timeout.is_some(),
            entry: if options.resolvable {
                Some(Entry::new(DB::Execution::text(row, 1)?))
            } else {
                None
            },
            #[cfg(feature = "test")]
            enclosed: options.enclosed,
        });
        Ok(match after {
            Some(_) => position::opened(DB::Execution::integer(first, -1)?),
            None => BeginOutcome::Ready,
        })
    }

    async fn begin_again(
        &mut self,
        connection: &mut DB::Connection,
        options: &BeginOptions,
    ) -> Result<(), sqlx::Error> {
        let sql = begin::begin_again(&self.rollback(), options);
        // Before the await: if it is cancelled there, nothing more may be sent on the connection.
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

    async fn commit_with_position(
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
        // Killing the connection would end the whole sandbox.
        #[cfg(feature = "test")]
        let stop = stop.filter(|_| !self.is_enclosed());
        let Some(stop) = stop else {
            return rollback.await;
        };
        if let Ok(answer) = timeout(GRACE, rollback).await {
            return answer;
        }
        // The server rolls back when it ends the killed thread. The error makes the caller close
        // this end of the connection.
        stop.await;
        Err(sqlx::Error::Io(io::Error::new(
            io::ErrorKind::TimedOut,
            "the statement before ROLLBACK had to be killed, and its connection with it",
        )))
    }

    /// Kills the connection and the statement that runs on it.
    ///
    /// Closing our end of the connection would not stop the statement, because the server notices a
    /// closed socket only when it sends something. The id cannot belong to another client by now,
    /// because our connection to that thread is still open.
    fn stop(&self) -> Option<Signal> {
        let id = self.0.as_ref()?.id;
        Some(Signal {
            sql: AssertSqlSafe(format!("KILL {id}")).into_sql_str(),
            process: id.unsigned_abs(),
            // 1094 ER_NO_SUCH_THREAD: the thread has already ended.
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

    /// Sends SET TRANSACTION, which fails inside a transaction.
    ///
    /// If it succeeds, the transaction has
    /// ended, and the ROLLBACK that follows resets the characteristics that it set. sqlx first
    /// reads a stream that was dropped early to its end, and returns its error instead, if it has
    /// one.
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

/// The lock under which migrations run, with a timeout of a year, in seconds.
///
/// sqlx's own lock has a timeout of -1. MySQL waits for ever then. MariaDB answers NULL at once and
/// takes no lock, so that two processes would migrate at the same time:
/// <https://mariadb.com/kb/en/get_lock/>.
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

/// The class of an error number. The SQLSTATE does not tell: a lock timeout has HY000, the one for
/// all errors without a SQLSTATE of their own.
pub(crate) fn class(error: &MySqlDatabaseError) -> Class {
    match error.number() {
        // 1213 ER_LOCK_DEADLOCK; 3058 ER_USER_LOCK_DEADLOCK, of GET_LOCK() on MySQL
        1213 | 3058 => Class::Deadlock,
        // 1020 ER_CHECKREAD: on MariaDB with innodb_snapshot_isolation, another transaction has
        // changed the row since the snapshot,
        // https://mariadb.com/kb/en/innodb-system-variables/#innodb_snapshot_isolation.
        // 3101 ER_TRANSACTION_ROLLBACK_DURING_COMMIT: MySQL's group replication found a conflict.
        1020 | 3101 => Class::Serialization,
        // 1205 ER_LOCK_WAIT_TIMEOUT; 3572 ER_LOCK_NOWAIT (MySQL)
        1205 | 3572 => Class::LockTimeout,
        // 1317 ER_QUERY_INTERRUPTED, by KILL QUERY; 1969 ER_STATEMENT_TIMEOUT (MariaDB);
        // 3024 ER_QUERY_TIMEOUT (MySQL)
        1317 | 1969 | 3024 => Class::Timeout,
        // 1040 ER_CON_COUNT_ERROR, 1203 ER_TOO_MANY_USER_CONNECTIONS; 1047 ER_UNKNOWN_COM_ERROR,
        // from a Galera node that accepts no statements
        1040 | 1203 | 1047
        // 1053 ER_SERVER_SHUTDOWN, 1077 ER_NORMAL_SHUTDOWN, 1079 ER_SHUTDOWN_COMPLETE,
        // 1080 ER_FORCING_CLOSE
        | 1053 | 1077 | 1079 | 1080
        // 1152 ER_ABORTING_CONNECTION, 1184 ER_NEW_ABORTING_CONNECTION,
        // 1156 ER_NET_PACKETS_OUT_OF_ORDER to 1161 ER_NET_WRITE_INTERRUPTED
        | 1152 | 1184 | 1156..=1161
        // 1927 ER_CONNECTION_KILLED (MariaDB); 3169 ER_SESSION_WAS_KILLED and
        // 4031 ER_CLIENT_INTERACTION_TIMEOUT (MySQL)
        | 1927 | 3169 | 4031 => Class::Connection,
        _ => Class::Other,
    }
}
