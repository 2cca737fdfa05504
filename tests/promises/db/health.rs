//! What `health` reports of servers that answer, are busy, are stopped or are gone.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Connection as _, Pool};
use sqlx_transactional::{Db, Driver, Health, Role, Status};
use tests::servers::{Own, OwnServer, TestDatabase};

use crate::bank::{open, options};

/// The deadline for servers that answer or refuse.
const LONG: Duration = Duration::from_secs(20);
/// The deadline for servers that do neither.
const SHORT: Duration = Duration::from_millis(300);

fn answers(health: &Health) -> (bool, bool, bool) {
    (health.is_live(), health.is_ready(), health.is_degraded())
}

on_each_database! {
    #[tokio::test]
    async fn of_a_server_that_answers() {
        let (database, pool) = open::<DB>(1).await;
        let health = Db::from(pool).with_readers([database.pool(options(1))]).health(LONG).await;
        assert_eq!(answers(&health), (true, true, false));
        let reads = if <DB as sqlx::Database>::NAME == "SQLite" { Role::Reader } else { Role::Primary };
        for (found, role) in [(&health.writer, Role::Primary), (&health.readers[0], reads)] {
            assert_eq!((found.status, found.role, found.error.as_ref()), (Status::Up, Some(role), None));
            assert!(found.latency.is_some() && found.wait.is_some());
            assert!(found.server_version.as_ref().is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit())));
            assert_eq!((found.pool.max, found.pool.in_use), (1, 0));
        }
    }

    #[tokio::test]
    async fn of_a_pool_that_is_all_taken() {
        let (_database, pool) = open::<DB>(2).await;
        let db = Db::from(pool.clone());
        let taken = [pool.acquire().await.expect("a connection"), pool.acquire().await.expect("another")];
        let health = db.health(SHORT).await;
        assert_eq!(answers(&health), (true, false, false));
        assert_eq!((health.writer.status, health.writer.pool.in_use, health.writer.pool.max), (Status::Busy, 2, 2));
        assert_eq!(health.writer.error.as_deref(), Some("no connection within 300ms"));
        let (health, ()) = tokio::join!(db.health(LONG), async {
            tokio::task::yield_now().await;
            drop(taken);
        });
        assert_eq!(health.writer.status, Status::Up, "one came back before the deadline");
    }

    #[tokio::test]
    async fn of_a_handle_that_is_closed() {
        let (_database, pool) = open::<DB>(1).await;
        let db = Db::from(pool);
        db.close(LONG).await;
        let health = db.health(LONG).await;
        assert_eq!((answers(&health), health.writer.status), ((false, false, false), Status::Down));
    }
}

/// No report contains the server's password.
const PASSWORD: &str = "opensesame";

async fn of_a_server_in_trouble<DB: Own + Driver>(user: &str) {
    let mut server = OwnServer::<DB>::start().await;
    let mut administrator = DB::Connection::connect_with(&server.options())
        .await
        .expect("it has just been started");
    DB::run(&mut administrator, user.into())
        .await
        .expect("its administrator may");
    let (_, rest) = server.url().split_once('@').expect("there is a user");
    let (scheme, _) = server.url().split_once("://").expect("it is a URL");
    let url = format!("{scheme}://probe:{PASSWORD}@{rest}");
    let to_server = |connections| -> Pool<DB> {
        options(connections).connect_lazy_with(url.parse().expect("it is a URL"))
    };
    let elsewhere = TestDatabase::<DB>::new().await;
    let db = Db::from(to_server(2));
    let reads_there = Db::from(elsewhere.pool(options(1))).with_readers([to_server(2)]);
    let told = async |deadline| {
        let (writes, reads) = tokio::join!(db.health(deadline), reads_there.health(deadline));
        assert_eq!(
            (answers(&reads), reads.readers[0].status),
            ((true, true, !writes.is_ready()), writes.writer.status)
        );
        assert!(writes.is_live() && !format!("{writes:?} {reads:?} {db:?}").contains(PASSWORD));
        (writes.writer.status, writes.writer.error)
    };
    let before = told(LONG).await;
    assert_eq!(before.0, Status::Up, "{before:?}");
    server.pause();
    let (status, error) = told(SHORT).await;
    // The error of an existing connection, or of a new one.
    assert!(
        status == Status::Down
            && error
                .as_ref()
                .is_some_and(|error| error.ends_with("within 300ms")),
        "{status:?} {error:?}"
    );
    server.resume();
    assert_eq!(told(LONG).await.0, Status::Up);
    server.terminate_backends().await;
    assert_eq!(
        told(LONG).await.0,
        Status::Up,
        "connections that died are replaced"
    );
    server.kill().await;
    let (status, error) = told(SHORT).await;
    assert!(status == Status::Down && error.is_some());
    server.start_again().await;
    assert_eq!(told(LONG).await.0, Status::Up);
}

#[tokio::test]
async fn of_a_postgres_in_trouble() {
    of_a_server_in_trouble::<sqlx::Postgres>(
        "CREATE ROLE probe SUPERUSER LOGIN PASSWORD 'opensesame'",
    )
    .await;
}

#[tokio::test]
async fn of_a_mysql_in_trouble() {
    of_a_server_in_trouble::<sqlx::MySql>(
        "CREATE USER probe@'%' IDENTIFIED BY 'opensesame'; GRANT ALL ON *.* TO probe@'%'",
    )
    .await;
}

#[tokio::test]
async fn of_a_mysql_that_takes_no_writes() {
    let server = OwnServer::<sqlx::MySql>::start().await;
    let pool: Pool<sqlx::MySql> = options(1).connect_lazy_with(server.options());
    sqlx::raw_sql("SET GLOBAL read_only = 1")
        .execute(&pool)
        .await
        .expect("its administrator may");
    assert_eq!(
        Db::from(pool).health(LONG).await.writer.role,
        Some(Role::Replica)
    );
}

#[tokio::test]
async fn of_what_a_url_chose() {
    let home = TestDatabase::<sqlx::Postgres>::new().await;
    let (mysql, file) = (
        TestDatabase::<sqlx::MySql>::new().await,
        TestDatabase::<sqlx::Sqlite>::with_accounts().await,
    );
    for url in [home.url(), mysql.url(), file.url()] {
        let found = Db::<sqlx::Any>::connect(url)
            .await
            .expect("it is there")
            .health(LONG)
            .await
            .writer;
        assert_eq!(
            (found.status, found.role, found.error),
            (Status::Up, Some(Role::Primary), None)
        );
    }
}

/// Monitoring systems depend on this format, so it must not change by accident.
#[tokio::test]
async fn as_json() {
    let missing = SqlitePoolOptions::new()
        .max_connections(3)
        .connect_lazy_with(SqliteConnectOptions::new().filename("/nowhere/at.all"));
    let health = Db::from(tests::servers::memory_pool())
        .with_readers([missing])
        .health(LONG)
        .await;
    let mut json = serde_json::to_value(&health).expect("it is plain data");
    for measured in ["latency_ms", "wait_ms"] {
        let value = std::mem::take(&mut json["writer"][measured]);
        assert!(
            value
                .as_f64()
                .is_some_and(|milliseconds| (0.0..20_000.0).contains(&milliseconds)),
            "{measured}: {value}"
        );
    }
    assert!(json["writer"]["server_version"].take().is_string());
    let expected = r#"{
  "closed": false,
  "readers": [
    {
      "error": "unable to open database file",
      "latency_ms": null,
      "pool": {
        "closed": false,
        "idle": 0,
        "in_use": 0,
        "max": 3,
        "size": 0,
        "waiting": 0
      },
      "role": null,
      "server_version": null,
      "status": "down",
      "wait_ms": null
    }
  ],
  "writer": {
    "error": null,
    "latency_ms": null,
    "pool": {
      "closed": false,
      "idle": 0,
      "in_use": 0,
      "max": 1,
      "size": 0,
      "waiting": 0
    },
    "role": "primary",
    "server_version": null,
    "status": "up",
    "wait_ms": null
  }
}"#;
    assert_eq!(
        serde_json::to_string_pretty(&json).expect("it is plain data"),
        expected
    );
}
