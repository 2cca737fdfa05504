//! What the hazards share: two accounts, and the transaction that most of them run.

use sqlx::error::DatabaseError;
use sqlx::pool::PoolOptions;
use sqlx_transactional::{Driver, Error, Session, transactional};
use tests::servers::{Server, TestDatabase};

/// The table that [`TestDatabase::with_accounts`] creates. For a database that is not a
/// [`TestDatabase`], or creates its table later.
pub(crate) const ACCOUNTS: &str = "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL); INSERT INTO accounts VALUES (1, 1000), (2, 1000)";
/// The row that [`debit`] locks.
pub(crate) const ROW: &str = "accounts WHERE id = 1";
/// The statement of [`debit`].
pub(crate) const DEBIT: &str = "UPDATE accounts SET cents = cents - 100 WHERE id = 1";

/// Takes 100 cents from account 1.
#[transactional]
pub(crate) async fn debit<DB: Driver>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(DEBIT).execute(session).await?;
    Ok(())
}

/// The committed balance of account 1, read on another connection. It starts with 1000.
pub(crate) async fn cents<DB: Server>(database: &TestDatabase<DB>) -> i64 {
    database
        .integer("SELECT cents FROM accounts WHERE id = 1")
        .await
}

/// A pool that does not ping a connection before use.
pub(crate) fn options<DB: sqlx::Database>(connections: u32) -> PoolOptions<DB> {
    PoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
}

/// The code of a database error, or of the one that an error of the crate has as its cause: the
/// SQLSTATE, or `SQLite`'s result code.
pub(crate) fn code(error: &sqlx::Error) -> String {
    if let Some(ours) = Error::find(error) {
        return ours.sqlstate().expect("a code").to_owned();
    }
    error
        .as_database_error()
        .and_then(DatabaseError::code)
        .expect("an error of the database")
        .into_owned()
}

/// The text of an error of the crate, whatever it travels in.
pub(crate) fn text_of_ours(error: &(dyn std::error::Error + 'static)) -> String {
    let ours = Error::find(error).unwrap_or_else(|| panic!("an error of the crate: {error:?}"));
    ours.to_string()
}
