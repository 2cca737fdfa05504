//! The database of an application: a handle from its URL, its tables, and what has to hold in the
//! end.
use std::fmt::Debug;

use sqlx::{Any, Pool};
use sqlx_transactional::{Db, DbOptions};
use tests::{
    checks::{all_permits_back, none_open_on_the_server},
    proxy::{Proxied, Proxy},
    servers::{Server, TestDatabase},
};

/// The application's handle, opened by URL as its environment would name it.
pub async fn open<DB: Server>(database: &TestDatabase<DB>, connections: u32) -> Db<Any> {
    connect(database.url(), connections).await
}

/// The same handle through a proxy.
pub async fn open_through<DB: Proxied>(
    database: &TestDatabase<DB>,
    proxy: &Proxy,
    connections: u32,
) -> Db<Any> {
    connect(
        &database.url().replace(
            &database.address().to_string(),
            &proxy.address().to_string(),
        ),
        connections,
    )
    .await
}

async fn connect(url: &str, connections: u32) -> Db<Any> {
    let options = DbOptions::<Any>::from_url(url).expect("a URL");
    options
        .pool(|pool| pool.max_connections(connections))
        .connect()
        .await
        .expect("the database is there")
}

/// A database with the application's tables.
pub async fn created<DB: Server, E: Debug>(
    migrate: impl AsyncFnOnce(&Db<Any>) -> Result<(), E>,
) -> TestDatabase<DB> {
    let database = TestDatabase::new().await;
    migrated(&database, migrate).await;
    database
}

/// The same in an existing database.
pub async fn migrated<DB: Server, E: Debug>(
    database: &TestDatabase<DB>,
    migrate: impl AsyncFnOnce(&Db<Any>) -> Result<(), E>,
) {
    let db = open(database, 1).await;
    migrate(&db).await.expect("the migrations are right");
    db.pool().close().await;
}

/// The number of rows of `rows`, which is a table and optionally a `WHERE`.
pub async fn count<DB: Server>(database: &TestDatabase<DB>, rows: &str) -> usize {
    usize::try_from(
        database
            .integer(&format!("SELECT COUNT(*) FROM {rows}"))
            .await,
    )
    .expect("a count")
}

/// No transaction is open on the server, and every permit is back.
pub async fn nothing_is_left<DB: Server>(database: &TestDatabase<DB>, pool: &Pool<Any>) {
    drop(all_permits_back(pool).await);
    none_open_on_the_server(database).await;
}
