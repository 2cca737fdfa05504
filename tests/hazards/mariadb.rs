//! What the hazards of MariaDB need: error numbers, and a rival that one always loses a deadlock
//! to.

use sqlx::mysql::{MySqlConnection, MySqlDatabaseError};
use sqlx::{Executor as _, MySql};
use tests::servers::TestDatabase;

/// What MariaDB calls an error by; its SQLSTATE is not enough.
pub(crate) fn number(error: &sqlx::Error) -> u16 {
    error
        .as_database_error()
        .expect("an error of the database")
        .downcast_ref::<MySqlDatabaseError>()
        .number()
}

/// For a transaction that has changed account 1: together with [`CROSSES`] on the rival it is a
/// deadlock.
pub(crate) const CROSSED: &str = "UPDATE accounts SET cents = cents + 100 WHERE id = 2";
/// For the rival.
pub(crate) const CROSSES: &str = "UPDATE accounts SET cents = cents + 100 WHERE id = 1";

/// Has changed account 2 and so many others that it is not the one that the server rolls back.
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
