//! Readers on PostgreSQL only: positions in its log, and what replay does to a read on a standby.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Postgres};
use sqlx_transactional::{
    Db, ReadOnly, RepeatableRead, Session, Token, retry_on_error, transactional,
};
use tests::servers::TestDatabase;

use super::replicated::{Replicated, Seen, functions, look};

type DB = Postgres;

functions!(read write);

#[transactional(durability = relaxed)]
async fn write_relaxed(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("INSERT INTO notes VALUES (1)")
        .execute(session)
        .await?;
    Ok(())
}

/// Relaxed commits are acknowledged before they are flushed.
#[tokio::test]
async fn relaxed_commits_are_seen_as_well() {
    let replicated = Replicated::<DB>::start().await;
    let db = replicated.db();
    let unflushed = "SELECT (pg_current_wal_insert_lsn() > pg_current_wal_flush_lsn())::int::int8";
    let mut seen_unflushed = 0;
    for round in 1..=50 {
        write_relaxed(&db).await.expect("it writes");
        seen_unflushed += replicated.database.integer(unflushed).await;
        let token = db.token().await.expect("the writer tells");
        let seen = read(&db.after(token)).await.expect("it reads");
        assert_eq!(
            seen,
            Seen {
                port: replicated.replica_port(),
                notes: round
            }
        );
    }
    assert!(seen_unflushed > 0, "the test has shown nothing");
}

/// Writes records until one ends exactly at the end of a log page.
async fn fill_the_page(database: &TestDatabase<DB>) {
    const PAGE: i64 = 8192;
    const HEADER: i64 = 24;
    let end = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::int8";
    let emit = async |bytes: i64| {
        let bytes = bytes.max(0);
        database
            .run(&format!(
                "SELECT pg_logical_emit_message(true, '', repeat('x', {bytes}))"
            ))
            .await;
        database.integer(end).await
    };
    let (mut before, mut bytes) = (emit(0).await, 0);
    let mut overhead = 0;
    for _ in 0..1000 {
        let after = emit(bytes).await;
        if after % PAGE == HEADER {
            return;
        }
        if after / PAGE == before / PAGE {
            overhead = after - before - bytes;
        }
        (before, bytes) = (after, PAGE - after % PAGE - overhead);
        if bytes < 0 {
            bytes = 0;
        }
    }
    panic!("no record ends with its page");
}

/// At the end of a page, the server's position includes the header of the next page, which is not
/// written yet.
#[tokio::test]
async fn a_commit_at_the_end_of_a_page_is_waited_for_no_longer_than_others() {
    let replicated = Replicated::<DB>::start().await;
    let db = replicated.db();
    for _ in 0..3 {
        write(&db).await.expect("it writes");
        fill_the_page(&replicated.database).await;
        let by_hand: String = sqlx::query_scalar("SELECT pg_current_wal_insert_lsn()::text")
            .fetch_one(db.pool())
            .await
            .expect("the writer tells");
        let token = db.token().await.expect("the writer tells");
        let standby = replicated.reader(1);
        let replayed = async |lsn: &str| {
            let replayed = AssertSqlSafe(format!("SELECT pg_last_wal_replay_lsn() >= '{lsn}'"));
            sqlx::query_scalar::<_, bool>(replayed)
                .fetch_one(&standby)
                .await
                .expect("the standby tells")
        };
        let lsn = token.to_string().trim_start_matches("lsn:").to_owned();
        while !replayed(&lsn).await {
            tokio::task::yield_now().await;
        }
        assert!(
            !replayed(&by_hand).await,
            "the standby has replayed everything, and not {by_hand}"
        );
        let at_once = db.after(token).with_reader_wait(Duration::ZERO);
        assert_eq!(
            read(&at_once).await.expect("it reads").port,
            replicated.replica_port()
        );
    }
}

#[retry_on_error(attempts = 3)]
#[transactional]
async fn read_while_it_is_vacuumed(
    session: &mut Session<DB, ReadOnly<RepeatableRead>>,
    database: &TestDatabase<DB>,
    attempts: &std::sync::atomic::AtomicU32,
) -> Result<i64, sqlx::Error> {
    attempts.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let notes = sqlx::query_scalar("SELECT count(*) FROM notes")
        .fetch_one(&mut *session)
        .await?;
    if session.attempt() == 1 {
        database.run("DELETE FROM notes").await;
        database.run("VACUUM notes").await;
        // The standby replays the vacuum. To do so, it has to cancel the call that holds an old
        // snapshot.
        loop {
            sqlx::raw_sql("SELECT pg_sleep(0.01)")
                .execute(&mut *session)
                .await?;
        }
    }
    Ok(notes)
}

#[tokio::test]
async fn a_conflict_with_replay_is_tried_again() {
    let replicated = Replicated::<DB>::start().await;
    let db = replicated.db();
    write(&db).await.expect("it writes");
    let db = db.after(db.token().await.expect("the writer tells"));
    let attempts = std::sync::atomic::AtomicU32::new(0);
    let seen = read_while_it_is_vacuumed(&db, &replicated.database, &attempts).await;
    assert_eq!(
        (
            seen.expect("the second attempt has a new snapshot"),
            attempts.into_inner()
        ),
        (0, 2)
    );
}

/// A token can be converted to text and back in another process.
#[tokio::test]
async fn a_token_survives_its_process() {
    let replicated = Replicated::<DB>::start().await;
    write(&replicated.db()).await.expect("it writes");
    let cookie = replicated
        .db()
        .token()
        .await
        .expect("the writer tells")
        .to_string();
    let other: Db<DB> = replicated.db();
    let token: Token = cookie.parse().expect("it was a token");
    assert_eq!(read(&other.after(token)).await.expect("it reads").notes, 1);
}

/// The statement that follows COMMIT fails: another function shadows the one that it calls.
#[tokio::test]
async fn a_commit_whose_position_is_not_told_is_committed_and_read_from_the_writer() {
    let replicated = Replicated::<DB>::start().await;
    let broken = "CREATE SCHEMA broken;
         CREATE FUNCTION broken.pg_current_wal_insert_lsn() RETURNS pg_lsn LANGUAGE sql AS $$ SELECT (1 / 0)::text::pg_lsn $$";
    replicated.database.run(broken).await;
    let options = replicated
        .database
        .options()
        .options([("search_path", "broken,pg_catalog,public")]);
    let writer = crate::bank::options(1).connect_lazy_with(options);
    let mine = Db::from(writer)
        .with_readers([replicated.reader(2)])
        .tracking();
    for round in 1..=2 {
        write(&mine).await.expect("COMMIT was acknowledged");
        assert_eq!(mine.waits_for(), None);
        assert_eq!(
            read(&mine).await.expect("it reads"),
            Seen {
                port: replicated.primary_port(),
                notes: round
            }
        );
    }
    replicated.database.run("DROP SCHEMA broken CASCADE").await;
    write(&mine).await.expect("COMMIT was acknowledged");
    assert!(mine.waits_for().is_some());
    let patient = mine.with_reader_wait(super::replicated::LONG);
    assert_eq!(
        read(&patient).await.expect("it reads"),
        Seen {
            port: replicated.replica_port(),
            notes: 3
        }
    );
}
