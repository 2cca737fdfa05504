//! SQLite's readers: connections to the same file that cannot write, and that do not wait for the
//! writer.

use sqlx::Sqlite;
use sqlx::pool::PoolOptions;
use sqlx_transactional::{Db, ReadOnly, SecondTransactions, Serializable, Session, transactional};
use tests::servers::TestDatabase;

const READERS: u32 = 4;

async fn open() -> (TestDatabase<Sqlite>, Db<Sqlite>) {
    let database = TestDatabase::<Sqlite>::new().await;
    database.run("CREATE TABLE notes (id INTEGER)").await;
    let writer = database.pool(
        PoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false),
    );
    let readers = PoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false);
    let readers =
        readers.connect_lazy_with(database.options().create_if_missing(false).read_only(true));
    (database, Db::from(writer).with_readers([readers]))
}

#[transactional]
async fn write(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO notes VALUES (1)")
        .execute(session)
        .await?;
    Ok(())
}

#[transactional]
async fn read(session: &mut Session<Sqlite, ReadOnly>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM notes")
        .fetch_one(session)
        .await
}

/// With one writer at a time, every snapshot is serializable.
#[transactional]
async fn read_serializably(
    session: &mut Session<Sqlite, ReadOnly<Serializable>>,
) -> Result<i64, sqlx::Error> {
    read(session).await
}

/// The writer's only connection is in use, and holds the write lock.
#[transactional]
async fn reads_while_it_writes(
    session: &mut Session<Sqlite>,
    db: &Db<Sqlite>,
) -> Result<(), sqlx::Error> {
    write(session).await?;
    for _ in 0..10 {
        assert_eq!(read(db).await?, 0);
        assert_eq!(read_serializably(db).await?, 0);
    }
    Ok(())
}

#[tokio::test]
async fn go_on_while_somebody_writes() {
    let (_database, db) = open().await;
    reads_while_it_writes(&db, &db)
        .await
        .expect("no call waits");
    assert_eq!(read(&db).await.expect("it reads"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn see_every_commit() {
    let (_database, db) = open().await;
    for round in 1..=200 {
        write(&db).await.expect("it writes");
        assert_eq!(read(&db).await.expect("it reads"), round);
    }
    let mine = db
        .after(db.token().await.expect("the position is always known"))
        .tracking();
    write(&mine).await.expect("it writes");
    assert_eq!(
        mine.waits_for().map(|token| token.to_string()).as_deref(),
        Some("local")
    );
    assert_eq!(read(&mine).await.expect("it reads"), 201);
}

#[transactional]
async fn hold(
    session: &mut Session<Sqlite, ReadOnly>,
    db: &Db<Sqlite>,
    more: u32,
) -> Result<i64, sqlx::Error> {
    let seen = read(session).await?;
    if more > 0 {
        Box::pin(hold(db, db, more - 1)).await
    } else {
        Ok(seen)
    }
}

#[tokio::test]
async fn are_all_used() {
    let (_database, db) = open().await;
    write(&db).await.expect("it writes");
    let db = db.with_second_transactions(SecondTransactions::Allow);
    assert_eq!(
        hold(&db, &db, READERS - 1)
            .await
            .expect("there is one for each"),
        1
    );
}
