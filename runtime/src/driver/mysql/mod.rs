//! `MySQL` and `MariaDB`: what its thread is known by, and error numbers.
//! Error numbers: <https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html>,
//! <https://mariadb.com/kb/en/mariadb-error-code-reference/>.
pub(crate) mod ending;
pub(crate) mod ledger;
#[cfg(feature = "migrate")]
pub(crate) mod migrating;
pub(crate) mod position;
pub(crate) mod statements;
pub(crate) mod testing;

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlx::{
    Describe, Execute, Executor, MySql, MySqlConnection, Pool, Row, SqlStr,
    mysql::MySqlDatabaseError,
};

#[cfg(feature = "migrate")]
pub(crate) use crate::driver::mysql::migrating::{MIGRATION_LOCK, MIGRATION_UNLOCK};
pub(crate) use crate::driver::mysql::{
    ending::{ask, commit, commit_and_tell, committed, interruption, resolve, roll_back, stop},
    ledger::{Entry, explain},
    position::{POSITION, begin_after, opened, position},
    statements::begin_again,
};
use crate::{
    driver::{
        Backend, Driver, Step,
        begin::{Opened, Opening, Release, Resolution},
        effect::{Answer, Cut, Effect, Progress},
        forward_statements,
        position::Token,
        sealed::Sealed,
        server::About,
        statement::Statement,
    },
    error::class::Class,
    sql::Dialect,
};

/// What an acknowledged BEGIN left behind: without one, the connection is out of step, or has
/// settings that nobody would put back.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Thread(Option<Begun>);

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is what it says, alone")]
struct Begun {
    /// What KILL wants.
    thread: u64,
    /// Not while a BEGIN is on its way: nobody knows then what the connection is in.
    acknowledged: bool,
    sets_timeout: bool,
    sets_lock_timeout: bool,
    sandboxed: bool,
    /// The transaction's row in the ledger, where its COMMIT is to be resolved.
    entry: Option<Entry>,
}

impl Thread {
    pub(crate) fn begun(thread: u64, entry: Option<Entry>, opening: &Opening) -> Self {
        Self(Some(Begun {
            thread,
            acknowledged: true,
            sets_timeout: opening.timeout.is_some(),
            sets_lock_timeout: opening.lock_timeout.is_some(),
            sandboxed: opening.sandboxed,
            entry,
        }))
    }

    /// The next BEGIN is about to be sent.
    pub(crate) fn begins(&mut self) {
        if let Some(begun) = &mut self.0 {
            begun.acknowledged = false;
        }
    }

    /// It was acknowledged: the same thread, with the same settings, in another transaction.
    pub(crate) fn has_begun(&mut self, entry: Option<Entry>) {
        if let Some(begun) = &mut self.0 {
            (begun.acknowledged, begun.entry) = (true, entry);
        }
    }

    fn is_sandboxed(&self) -> bool {
        self.0.as_ref().is_some_and(|begun| begun.sandboxed)
    }

    pub(crate) fn entry(&self) -> Option<&Entry> {
        self.0.as_ref()?.entry.as_ref()
    }
}

impl Sealed for MySql {}

impl Driver for MySql {
    type Backend = Thread;
}

impl Backend<MySql> for Thread {
    fn is_remote(_: &MySqlConnection) -> bool {
        true
    }

    fn has_one_writer(_: &Pool<MySql>) -> bool {
        false
    }

    /// Dropped before its answer is here, it would leave the connection out of step.
    fn commits_by_one_poll(_: &MySqlConnection) -> bool {
        false
    }

    fn dialect(_: &MySqlConnection) -> Dialect {
        Dialect::MySql
    }

    async fn begin(
        &mut self,
        connection: &mut MySqlConnection,
        opening: &Opening,
        after: Option<&Token>,
    ) -> Result<Opened, sqlx::Error> {
        let rows = Executor::fetch_all(connection, begin_after(opening, after))
            .await
            .map_err(explain)?;
        let (Some(first), Some(row)) = (rows.first(), rows.last()) else {
            return Err(sqlx::Error::RowNotFound);
        };
        // Unchecked: the servers differ in the type of CONNECTION_ID().
        let thread = row.try_get_unchecked(0)?;
        let entry = if opening.resolvable {
            Some(Entry::new(row.try_get_unchecked(1)?))
        } else {
            None
        };
        *self = Self::begun(thread, entry, opening);
        Ok(opened(
            after.is_some(),
            if after.is_some() {
                first.try_get_unchecked(first.len() - 1)?
            } else {
                None
            },
        ))
    }

    async fn begin_again(
        &mut self,
        connection: &mut MySqlConnection,
        opening: &Opening,
    ) -> Result<(), sqlx::Error> {
        self.begins();
        let row = Executor::fetch_optional(connection, begin_again(opening)).await?;
        self.has_begun(
            row.map(|row| row.try_get_unchecked(0).map(Entry::new))
                .transpose()?,
        );
        Ok(())
    }

    /// `ER_CANT_CHANGE_TX_CHARACTERISTICS`: SET TRANSACTION inside a transaction.
    fn is_inherited(error: &sqlx::Error) -> bool {
        number(error) == Some(1568)
    }

    async fn commit(
        &self,
        connection: &mut MySqlConnection,
        command: SqlStr,
    ) -> Result<(), sqlx::Error> {
        commit::<MySql>(connection, self, command).await
    }

    fn committed(&self, pool: &Pool<MySql>) {
        committed(self, pool);
    }

    async fn commit_and_tell(
        &self,
        connection: &mut MySqlConnection,
        command: SqlStr,
    ) -> Result<Option<Token>, sqlx::Error> {
        let row = commit_and_tell::<MySql>(connection, self, command).await?;
        Ok(row.and_then(|row| {
            position(
                row.try_get_unchecked(0).ok()?,
                row.try_get_unchecked(row.len() - 1).ok()?,
            )
            .ok()
        }))
    }

    async fn position(connection: &mut MySqlConnection) -> Result<Token, sqlx::Error> {
        let row = Executor::fetch_one(connection, SqlStr::from_static(POSITION)).await?;
        position(
            row.try_get_unchecked(0)?,
            row.try_get_unchecked(row.len() - 1)?,
        )
    }

    async fn resolve(&self, pool: &Pool<MySql>) -> Result<Resolution, sqlx::Error> {
        resolve(self, pool).await
    }

    /// `ER_SP_DOES_NOT_EXIST`
    fn release_failed(error: &sqlx::Error) -> Option<Release> {
        (number(error) == Some(1305)).then_some(Release::Gone)
    }

    async fn roll_back(
        &self,
        connection: &mut MySqlConnection,
        pool: &Pool<MySql>,
        running: bool,
    ) -> Result<(), sqlx::Error> {
        roll_back(self, connection, pool, running).await
    }

    async fn stop(&self, pool: &Pool<MySql>) {
        stop(self, pool).await;
    }

    async fn disconnect(&self, pool: &Pool<MySql>) {
        stop(self, pool).await;
    }

    async fn ask(connection: &mut MySqlConnection) -> Answer {
        ask::<MySql>(connection).await
    }

    async fn about(connection: &mut MySqlConnection) -> Result<About, sqlx::Error> {
        let row = Executor::fetch_one(connection, ABOUT).await?;
        Ok(About {
            version: row.try_get(1)?,
            is_replica: row.try_get::<i64, _>(0)? != 0,
        })
    }

    fn effect(error: &sqlx::Error) -> Effect {
        match error {
            sqlx::Error::Database(_) if Class::of_sqlx(error) == Class::Connection => {
                Effect::Breaks
            }
            sqlx::Error::Database(_) => match number(error) {
                // ER_LOCK_DEADLOCK, ER_LOCK_TABLE_FULL, ER_CHECKREAD,
                // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: the whole transaction is gone, and the
                // next statement would commit itself.
                // https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
                Some(1213 | 1206 | 1020 | 3101) => Effect::Ends,
                // ER_LOCK_WAIT_TIMEOUT: the statement alone, unless innodb_rollback_on_timeout is
                // on. ER_SP_DOES_NOT_EXIST: an unknown function, or a savepoint that something has
                // taken away with its transaction.
                Some(1205 | 1305) => Effect::Asks,
                _ => Effect::None,
            },
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => Effect::Breaks,
            _ => Effect::None,
        }
    }

    /// sqlx loses count of the server's packets in a statement that is dropped while it waits for
    /// one, and behind a result, whose end it notes in the next poll only; after a row it has not.
    fn cut(_: Dialect, progress: Progress, reads: bool) -> Cut {
        match progress {
            Progress::Waiting | Progress::AfterResult => Cut::Breaks,
            Progress::AfterRow if reads => Cut::Asks,
            Progress::AfterRow => Cut::Poisons,
        }
    }

    forward_statements!(MySql);
}

/// Whom a server follows is for its administrators to see; that it takes no writes, for everybody.
pub(crate) const ABOUT: SqlStr = SqlStr::from_static(
    "SELECT CAST(@@GLOBAL.read_only AS SIGNED), CONVERT(VERSION() USING utf8mb4)",
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
