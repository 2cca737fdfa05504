//! Migrations, by sqlx's own migrator.
use sqlx::migrate::{Migrate, MigrateError, Migrator};
use tokio::runtime::Handle;

use super::{Db, acquire};
use crate::{
    connection::Connection,
    driver::{Backend, Driver, migration_lock},
    held,
};

impl<DB: Driver<Connection: Migrate>> Db<DB> {
    /// Runs the migrations that the database has not seen, through sqlx's `Migrator`, on a connection that may write. With the feature `migrate`.
    ///
    /// Of several processes that start at once, one migrates and the others wait for it: there is a lock on the server. On a failure that
    /// connection is closed, since sqlx leaves it locked.
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
    /// sqlx's: a migration that fails, one that was changed or is missing, one that an earlier run left half done; or no connection.
    ///
    /// # Cancellation
    /// The migration that runs is rolled back where the database can do that with DDL; `MySQL` cannot, and the next run says so.
    pub async fn migrate(&self, migrator: &Migrator) -> Result<(), MigrateError> {
        if let Some(conflict) = held::conflict(self.pool(), true) {
            return Err(sqlx::Error::InvalidArgument(format!("migrations cannot run here: {conflict}")).into());
        }
        let mut connection = Connection::new(acquire(self.pool()).await?, Handle::current());
        if let Some(pooled) = connection.pooled() {
            let lock = migration_lock(DB::Backend::dialect(pooled));
            if let Some((take, _)) = &lock {
                DB::Backend::run(pooled, take.clone()).await?;
            }
            migrator.run(&mut *pooled).await?;
            if let Some((_, let_go)) = lock {
                DB::Backend::run(pooled, let_go).await?;
            }
        }
        connection.give_back();
        Ok(())
    }
}
