//! `Db::migrate`: runs sqlx's `Migrator` on a connection of the writer.
//!
//! This file owns the choice of the connection and the lock around the run. The migrator reads and
//! applies the migrations.
use std::{future::ready, sync::Arc};

use futures_core::future::BoxFuture;
use futures_util::TryFutureExt as _;
use sqlx::{
    Acquire, Transaction,
    migrate::{Migrate, MigrateError, Migrator},
};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

use crate::{
    db::Db,
    driver::{Driver, execution::Execution},
    transaction::{acquire::from_pool, connection::Connection, task},
};

impl<DB: Driver<Connection: Migrate>> Db<DB> {
    /// Applies the pending migrations with sqlx's `Migrator`, on a connection of the writer.
    /// Requires the feature `migrate`.
    ///
    /// If several processes start at once, a lock on the server lets one of them migrate while the
    /// others wait.
    ///
    /// In a [`Sandbox`](crate::Sandbox) it does nothing if the database is up to date. Otherwise
    /// the migrations are rolled back with the sandbox. MySQL, and a pool of one connection to
    /// SQLite, cannot roll them back, so `migrate` fails there.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sqlx::Error> {
    /// use sqlx::{Sqlite, migrate::{Migration, MigrationType, Migrator}, SqlStr};
    /// use sqlx_transactional::Db;
    ///
    /// # let (name, sql) = ("accounts".into(), SqlStr::from_static("CREATE TABLE accounts (id INTEGER PRIMARY KEY)"));
    /// # let migrator = Migrator::with_migrations(vec![Migration::new(1, name, MigrationType::Simple, sql, false)]);
    /// // static MIGRATOR: Migrator = sqlx::migrate!();
    /// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
    /// db.migrate(&migrator).await?;
    /// # sqlx::query("SELECT id FROM accounts").fetch_all(db.pool()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// - The error of sqlx if a migration fails, was changed after it was applied, is missing, or
    ///   was left incomplete by an earlier run.
    /// - The error of acquiring a connection.
    /// - `InvalidArgument` if the task is in a transaction that a migration would wait for.
    ///
    /// A connection to a server is closed after an error, because sqlx leaves its lock on it.
    ///
    /// # Cancellation
    /// A connection to a server is closed. The running migration is rolled back if the database can roll back
    /// DDL. MySQL cannot: the next run fails with the error for an incomplete migration.
    pub async fn migrate(&self, migrator: &Migrator) -> Result<(), MigrateError> {
        if let Some(conflict) = task::conflict(self.pool(), true) {
            return Err(sqlx::Error::InvalidArgument(format!(
                "migrations cannot run here: {conflict}"
            ))
            .into());
        }
        #[cfg(feature = "test")]
        if let Some(enclosing) = &self.shared.enclosing {
            if self.is_up_to_date(migrator).await? {
                return Ok(());
            }
            if !enclosing.hosts_migrations() {
                return Err(sqlx::Error::InvalidArgument(NOT_ENCLOSED.into()).into());
            }
        }
        let mut connection = self
            .shared
            .runtime
            .connection(self.pool(), || from_pool(self.pool()))
            .await?;
        // sqlx's own lock excludes no other process on MariaDB, so the driver may have one of ours.
        let lock = connection.rules().migration_lock.clone();
        if let (Some((take, _)), Some(connection)) = (&lock, connection.get()) {
            DB::Execution::run(connection, take.clone()).await?;
        }
        // If the run fails or is cancelled, `lent` is dropped. This closes a connection to a server,
        // which frees the locks.
        let lent = Lent(Arc::new(Mutex::new(connection)));
        migrator.run(lent.clone()).await?;
        let Some(mut connection) = Arc::into_inner(lent.0).map(Mutex::into_inner) else {
            return Err(sqlx::Error::PoolClosed.into());
        };
        if let (Some((_, let_go)), Some(connection)) = (lock, connection.get()) {
            DB::Execution::run(connection, let_go).await?;
        }
        connection.give_back();
        Ok(())
    }

    /// Returns true if no migration is pending. A database that was never migrated answers with an
    /// error, so this uses a connection that is given back afterwards.
    #[cfg(feature = "test")]
    pub(crate) async fn is_up_to_date(&self, migrator: &Migrator) -> Result<bool, sqlx::Error> {
        let mut connection = self
            .shared
            .runtime
            .connection(self.pool(), || from_pool(self.pool()))
            .await?;
        let is_up_to_date = match connection.get() {
            Some(connection) => has_seen(connection, migrator).await,
            None => false,
        };
        connection.give_back();
        Ok(is_up_to_date)
    }
}

/// A connection that is passed to a `Migrator` by value. A reference would implement `Acquire<'c>`
/// for one lifetime only, and the compiler could not prove that the future is `Send`.
struct Lent<DB: Driver>(Arc<Mutex<Connection<DB>>>);

impl<DB: Driver> Clone for Lent<DB> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<'c, DB: Driver> Acquire<'c> for Lent<DB> {
    type Database = DB;
    type Connection = OwnedMappedMutexGuard<Connection<DB>, DB::Connection>;

    fn acquire(self) -> BoxFuture<'c, Result<Self::Connection, sqlx::Error>> {
        let connection =
            async move { OwnedMutexGuard::try_map(self.0.lock_owned().await, Connection::get) };
        Box::pin(connection.map_err(|_| sqlx::Error::PoolClosed))
    }

    /// Not used: a migrator begins its transactions on the connection that it has acquired.
    fn begin(self) -> BoxFuture<'c, Result<Transaction<'c, DB>, sqlx::Error>> {
        Box::pin(ready(Err(sqlx::Error::BeginFailed)))
    }
}

#[cfg(feature = "test")]
const NOT_ENCLOSED: &str = "migrations cannot run here: they would end the sandbox's transaction; run them on its pool before it is opened";

/// The default name of sqlx's table of applied migrations.
#[cfg(feature = "test")]
const TABLE: &str = "_sqlx_migrations";

/// Returns true if the applied migrations are exactly those of the migrator, with equal checksums.
/// Returns false on an error, so that the migrator runs and reports it.
#[cfg(feature = "test")]
async fn has_seen(connection: &mut impl Migrate, migrator: &Migrator) -> bool {
    let Ok(None) = connection.dirty_version(TABLE).await else {
        return false;
    };
    let Ok(applied) = connection.list_applied_migrations(TABLE).await else {
        return false;
    };
    let applied = applied
        .iter()
        .map(|applied| (applied.version, &applied.checksum));
    applied.eq(ups(migrator).map(|migration| (migration.version, &migration.checksum)))
}

/// The migrations that a run applies: all but those that revert one.
#[cfg(feature = "test")]
pub(crate) fn ups(migrator: &Migrator) -> impl Iterator<Item = &sqlx::migrate::Migration> {
    migrator
        .iter()
        .filter(|migration| !migration.migration_type.is_down_migration())
}
