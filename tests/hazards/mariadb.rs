//! What the hazards of MariaDB share: error numbers, and a rival that wins every deadlock.

use sqlx::mysql::{MySqlConnection, MySqlDatabaseError};
use sqlx::{Executor as _, MySql};
use sqlx_transactional::Error;
use tests::servers::TestDatabase;

/// MariaDB's number of an error, or of the one that an error of the crate has as its cause. The
/// SQLSTATE is not specific enough.
pub(crate) fn number(error: &sqlx::Error) -> u16 {
    let cause = Error::find(error).map(|ours| match ours {
        Error::Ended { cause, .. }
        | Error::RolledBack {
            cause: Some(cause), ..
        } => std::error::Error::source(cause)
            .and_then(|source| source.downcast_ref::<sqlx::Error>())
            .expect("the statement's own error"),
        _ => panic!("an error with a cause: {ours}"),
    });
    cause
        .unwrap_or(error)
        .as_database_error()
        .expect("an error of the database")
        .downcast_ref::<MySqlDatabaseError>()
        .number()
}

/// For a transaction that has changed account 1. Together with [`CROSSES`] on the rival it is a
/// deadlock.
pub(crate) const CROSSED: &str = "UPDATE accounts SET cents = cents + 100 WHERE id = 2";
/// For the rival.
pub(crate) const CROSSES: &str = "UPDATE accounts SET cents = cents + 100 WHERE id = 1";

/// Has changed account 2 and so many other rows that the server does not roll it back in a
/// deadlock.
pub(crate) async fn rival(database: &TestDatabase<MySql>) -> MySqlConnection {
    let mut rival = database.connect().await;
    let others = "INSERT INTO accounts WITH RECURSIVE n(value) AS (SELECT 100 UNION ALL SELECT value + 1 FROM n WHERE value < 200) SELECT value, 0 FROM n";
    rival.execute("START TRANSACTION").await.unwrap();
    rival.execute(others).await.unwrap();
    rival
        .execute("UPDATE accounts SET cents = cents + 100 WHERE id = 2")
        .await
        .unwrap();
    rival
}
