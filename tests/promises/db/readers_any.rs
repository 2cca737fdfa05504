//! Readers and tokens of an `Any` database.

use sqlx::{Any, Pool, any::install_default_drivers, pool::PoolOptions};
use sqlx_transactional::{Db, Driver, ReadOnly, Session, Token, transactional};
use tests::servers::{Own, TestDatabase};

use super::replicated::{LONG, Replicated};

#[transactional]
async fn write(session: &mut Session<Any>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("INSERT INTO notes VALUES (1)")
        .execute(session)
        .await?;
    Ok(())
}

#[transactional]
async fn read(session: &mut Session<Any, ReadOnly>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM notes")
        .fetch_one(session)
        .await
}

fn pool(url: &str) -> Pool<Any> {
    install_default_drivers();
    PoolOptions::new()
        .max_connections(4)
        .test_before_acquire(false)
        .connect_lazy(url)
        .expect("a URL")
}

async fn a_call_sees_its_own_write<DB: Own + Driver>() {
    let replicated = Replicated::<DB>::start().await;
    let writer = replicated.database.url();
    let reader = writer.replace(
        &format!(":{}/", replicated.primary_port()),
        &format!(":{}/", replicated.replica_port()),
    );
    assert_ne!(writer, reader);
    let db = Db::from(pool(writer))
        .with_readers([pool(&reader)])
        .with_reader_wait(LONG);
    for round in 1..=20 {
        replicated.replica.replay(false).await;
        let mine = db.tracking();
        write(&mine).await.expect("it writes");
        let token: Token = db
            .token()
            .await
            .expect("the writer tells")
            .to_string()
            .parse()
            .expect("it was a token");
        assert_eq!(
            read(&db).await.expect("it reads"),
            round - 1,
            "the replica is stopped"
        );
        let (seen, ()) = tokio::join!(read(&mine), replicated.replica.replay(true));
        assert_eq!(seen.expect("it reads"), round);
        assert_eq!(read(&db.after(token)).await.expect("it reads"), round);
    }
}

#[tokio::test]
async fn a_call_sees_its_own_write_on_postgres() {
    a_call_sees_its_own_write::<sqlx::Postgres>().await;
}

#[tokio::test]
async fn a_call_sees_its_own_write_on_mysql() {
    a_call_sees_its_own_write::<sqlx::MySql>().await;
}

#[tokio::test]
async fn a_call_sees_its_own_write_on_sqlite() {
    let database = TestDatabase::<sqlx::Sqlite>::new().await;
    database
        .run("CREATE TABLE notes (id BIGINT NOT NULL)")
        .await;
    let db = Db::from(pool(database.url()))
        .with_readers([pool(database.url())])
        .tracking();
    write(&db).await.expect("it writes");
    let token = db.token().await.expect("the position is always known");
    assert_eq!(
        (token.to_string().as_str(), db.waits_for()),
        ("local", Some(token.clone()))
    );
    assert_eq!(read(&db.after(token)).await.expect("it reads"), 1);
}
