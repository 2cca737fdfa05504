//! The database of the cases.
#![deny(warnings)]

// Not in the prelude of edition 2021.
use std::future::Future;

use sqlx::Sqlite;
use sqlx_transactional::Db;

/// An empty database with two accounts.
pub(crate) async fn database() -> Db<Sqlite> {
    let db = Db::connect("sqlite::memory:")
        .await
        .expect("a database in memory");
    let schema = "CREATE TABLE account (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, cents INTEGER NOT NULL);
        INSERT INTO account VALUES (1, 'ann', 100), (2, 'bob', 0)";
    sqlx::raw_sql(schema)
        .execute(db.pool())
        .await
        .expect("the schema");
    db
}

/// Returns the future, which must be `Send`.
pub(crate) const fn sent<F: Future + Send>(future: F) -> F {
    future
}
