//! Migrations, by sqlx's own migrator.
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
    /// Runs the migrations that the database has not seen, through sqlx's `Migrator`, on a
    /// connection that may write. With the feature `migrate`.
    ///
    /// Of several processes that start at once, one migrates and the others wait for it: there is a
    /// lock on the server. On a failure that connection is closed, since sqlx leaves it locked.
    ///
    /// In a [`Sandbox`](crate::Sandbox) there is nothing to do where its database has been
    /// migrated. Where it has not, the migrations are rolled back with it; on `MySQL`, and on a
    /// pool of one connection to `SQLite`, they cannot be, and are refused.
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
    /// sqlx's: a migration that fails, one that was changed or is missing, one that an earlier run
    /// left half done; or no connection.
    ///
    /// # Cancellation
    /// The migration that runs is rolled back where the database can do that with DDL; `MySQL`
    /// cannot, and the next run says so.
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
            .connection(|| from_pool(self.pool()))
            .await?;
        let lock = connection.rules().migration_lock.clone();
        if let (Some((take, _)), Some(connection)) = (&lock, connection.get()) {
            DB::Execution::run(connection, take.clone()).await?;
        }
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

    /// Whether there is nothing to do. A database that has never been migrated answers with an
    /// error, so the connection goes back before it is used for something else.
    #[cfg(feature = "test")]
    pub(crate) async fn is_up_to_date(&self, migrator: &Migrator) -> Result<bool, sqlx::Error> {
        let mut connection = self
            .shared
            .runtime
            .connection(|| from_pool(self.pool()))
            .await?;
        let is_up_to_date = match connection.get() {
            Some(connection) => has_seen(connection, migrator).await,
            None => false,
        };
        connection.give_back();
        Ok(is_up_to_date)
    }
}

/// A connection that a `Migrator` has by value. For a reference to one, `Acquire<'c>` holds for one
/// lifetime only, and the future would not be `Send`, for all the compiler can see.
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

    /// A migrator begins its transactions on what it has acquired.
    fn begin(self) -> BoxFuture<'c, Result<Transaction<'c, DB>, sqlx::Error>> {
        Box::pin(ready(Err(sqlx::Error::BeginFailed)))
    }
}

#[cfg(feature = "test")]
const NOT_ENCLOSED: &str = "migrations cannot run here: they would end the sandbox's transaction; run them on its pool before it is opened";

/// sqlx's, where nobody has said otherwise.
#[cfg(feature = "test")]
const TABLE: &str = "_sqlx_migrations";

/// Whether the database has seen just these, as they are. Where it cannot be told, sqlx has to
/// look.
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

/// Those that are run.
#[cfg(feature = "test")]
pub(crate) fn ups(migrator: &Migrator) -> impl Iterator<Item = &sqlx::migrate::Migration> {
    migrator
        .iter()
        .filter(|migration| !migration.migration_type.is_down_migration())
}
