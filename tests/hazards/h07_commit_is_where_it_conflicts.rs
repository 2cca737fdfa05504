//! H7: every statement succeeds, and COMMIT reports the conflict: 40001 on PostgreSQL at
//! SERIALIZABLE, and 5 (busy) on SQLite if another connection reads a file without write-ahead log.
//! A retry around the statements never sees the error.

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor as _, PgConnection, Postgres, Sqlite};
use sqlx_transactional::{Class, Serializable, Session, retry_on_error, transactional};
use tests::checks::all_is_well;
use tests::servers::TestDatabase;
use tokio::sync::Mutex;

use crate::accounts::{DEBIT, ROW, cents, code, options};
use crate::conflict::{self, Conflict as _};

const READ: &str = "SELECT sum(cents) FROM accounts";

/// The rival reads the row that `ours` changes, changes a row that was read before, and commits
/// first.
async fn rival_commits(rival: &mut PgConnection, ours: impl AsyncFnOnce()) {
    rival
        .execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
        .await
        .unwrap();
    rival.execute(READ).await.unwrap();
    rival
        .execute("UPDATE accounts SET cents = cents - 100 WHERE id = 2")
        .await
        .unwrap();
    ours().await;
    rival.execute("COMMIT").await.unwrap();
}

#[tokio::test]
async fn by_hand_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let mut transaction = database
        .pool(options(1))
        .begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE")
        .await
        .unwrap();
    transaction.execute(READ).await.unwrap();
    let ours = async || assert!(transaction.execute(DEBIT).await.is_ok());
    rival_commits(&mut database.connect().await, ours).await;
    let error = transaction
        .commit()
        .await
        .expect_err("the hazard: COMMIT reports the conflict");
    assert_eq!(
        (code(&error).as_str(), cents(&database).await),
        ("40001", 1000)
    );
}

/// Keeps a read transaction open until the connection is closed.
async fn reader(database: &TestDatabase<Sqlite>) -> SqliteConnection {
    let mut reader = SqliteConnection::connect_with(&Sqlite::adjust(database.options()))
        .await
        .unwrap();
    reader.execute("BEGIN").await.unwrap();
    reader.execute(READ).await.unwrap();
    reader
}

#[tokio::test]
async fn by_hand_on_sqlite() {
    let database = conflict::database::<Sqlite>().await;
    let pool = conflict::pool(&database);
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let reader = reader(&database).await;
    transaction.execute(DEBIT).await.unwrap();
    let error = transaction
        .commit()
        .await
        .expect_err("the hazard: COMMIT reports the conflict");
    assert_eq!(code(&error), "5");
    reader.close().await.unwrap();
    assert_eq!(cents(&database).await, 1000);
}

/// Takes 100 cents if there are any, while the rival does the same.
#[transactional]
async fn conflicts_on_postgres(
    session: &mut Session<Postgres, Serializable>,
    rival: &mut PgConnection,
) -> Result<(), sqlx::Error> {
    session.execute(READ).await?;
    rival_commits(rival, async || {
        assert!(session.execute(DEBIT).await.is_ok());
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn through_us_once_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let pool = database.pool(options(1));
    let error = conflicts_on_postgres(&pool, &mut database.connect().await)
        .await
        .expect_err("COMMIT is refused");
    assert_eq!(
        (Class::of(&error), code(&error).as_str()),
        (Class::Serialization, "40001")
    );
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 1000);
}

#[transactional]
async fn conflicts_on_sqlite(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    session.execute(DEBIT).await?;
    Ok(())
}

#[tokio::test]
async fn through_us_once_on_sqlite() {
    let database = conflict::database::<Sqlite>().await;
    let pool = conflict::pool(&database);
    let reader = reader(&database).await;
    let error = conflicts_on_sqlite(&pool)
        .await
        .expect_err("COMMIT is refused");
    assert_eq!(
        (Class::of(&error), code(&error).as_str()),
        (Class::Busy, "5")
    );
    reader.close().await.unwrap();
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 1000);
}

/// Conflicts with the rival once. Returns the number of the attempt that succeeded.
#[retry_on_error(attempts = 3)]
#[transactional]
async fn retried_on_postgres(
    session: &mut Session<Postgres, Serializable>,
    rival: &Mutex<PgConnection>,
) -> Result<u32, sqlx::Error> {
    session.execute(READ).await?;
    if session.attempt() == 1 {
        rival_commits(&mut *rival.lock().await, async || {
            assert!(session.execute(DEBIT).await.is_ok());
        })
        .await;
    } else {
        session.execute(DEBIT).await?;
    }
    Ok(session.attempt())
}

#[tokio::test]
async fn through_us_on_postgres() {
    let database = TestDatabase::<Postgres>::with_accounts().await;
    let pool = database.pool(options(1));
    let rival = Mutex::new(database.connect().await);
    assert_eq!(
        retried_on_postgres(&pool, &rival)
            .await
            .expect("it is tried again"),
        2
    );
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 900);
}

/// The reader leaves after the first attempt.
#[retry_on_error(attempts = 3)]
#[transactional]
async fn retried_on_sqlite(
    session: &mut Session<Sqlite>,
    reader: &Mutex<SqliteConnection>,
) -> Result<u32, sqlx::Error> {
    if session.attempt() == 2 {
        reader.lock().await.execute("ROLLBACK").await?;
    }
    session.execute(DEBIT).await?;
    Ok(session.attempt())
}

#[tokio::test]
async fn through_us_on_sqlite() {
    let database = conflict::database::<Sqlite>().await;
    let pool = conflict::pool(&database);
    let reader = Mutex::new(reader(&database).await);
    assert_eq!(
        retried_on_sqlite(&pool, &reader)
            .await
            .expect("it is tried again"),
        2
    );
    reader.into_inner().close().await.unwrap();
    all_is_well(&database, &pool, ROW).await;
    assert_eq!(cents(&database).await, 900);
}
