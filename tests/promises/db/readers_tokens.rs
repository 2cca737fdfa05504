//! A call that waits for a commit sees it every time. A call that does not wait sees what the
//! replica has. PostgreSQL and MariaDB.

use std::time::Duration;

use sqlx::Pool;
use sqlx_transactional::{Db, ReadOnly, RepeatableRead, Session, Token, transactional};
use tests::checks::next_call_clean;
use tests::explorer::every_poll;
use tests::proxy::{Proxied, Proxy};

use super::replicated::{LONG, Replicated, Seen, functions, look};

const ROUNDS: i64 = 200;

/// The texts that a call sent on the only connection of a pool, and how many round trips it took.
async fn sent<DB: Proxied, T>(
    proxy: &Proxy,
    pool: &Pool<DB>,
    call: impl AsyncFnOnce() -> Result<T, sqlx::Error>,
) -> (T, Vec<String>, usize) {
    // The COMMIT of the call before may still be on its way. It is not counted.
    while pool.num_idle() == 0 {
        tokio::task::yield_now().await;
    }
    let counted = proxy.count(call).await;
    let texts = counted
        .statements()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let round_trips = counted.round_trips();
    (counted.value.expect("nothing fails"), texts, round_trips)
}

on! { [postgres mysql]
    functions!(read write);

    #[transactional]
    async fn repeatably(session: &mut Session<DB, ReadOnly<RepeatableRead>>) -> Result<Seen, sqlx::Error> {
        read(session).await
    }

    /// Of three rounds, one has a replica that replays as usual. In the second, replay is stopped
    /// until the call waits. In the third, it is stopped for longer than the call waits.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn of_a_commit_show_it_every_time() {
        let replicated = Replicated::<DB>::start().await;
        let (db, replica) = (replicated.db(), &replicated.replica);
        let (mut stale, mut waited) = (0, 0);
        for round in 1..=ROUNDS {
            let stopped = round % 3 > 0;
            if stopped {
                replica.replay(false).await;
            }
            write(&db).await.expect("it writes");
            let token: Token = db.token().await.expect("the writer tells").to_string().parse().expect("it was a token");
            if stopped {
                let without = read(&db).await.expect("it reads");
                assert_eq!(without.port, replicated.replica_port());
                assert!(without.notes < round, "the replica is stopped");
                stale += 1;
            }
            let (after, goes_on) = if round % 3 == 1 {
                (db.after(token), true)
            } else {
                (db.after(token).with_reader_wait(if stopped { Duration::from_millis(5) } else { LONG }), false)
            };
            let seen = async {
                if round % 2 == 0 { read(&after).await } else { repeatably(&after).await }
            };
            let (seen, ()) = tokio::join!(seen, async { if goes_on { replica.replay(true).await } });
            let seen = seen.expect("it reads");
            assert_eq!(seen.notes, round, "round {round}");
            let port = if round % 3 == 2 { replicated.primary_port() } else { replicated.replica_port() };
            assert_eq!(seen.port, port, "round {round}");
            waited += i64::from(goes_on);
            if stopped && !goes_on {
                replica.replay(true).await;
            }
        }
        let name = <DB as sqlx::Database>::NAME;
        println!("{name}: {ROUNDS} of {ROUNDS} rounds saw the write, {waited} of them waited; without a token {stale} of {stale} did not");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn are_remembered_by_a_handle_that_reads_its_own_writes() {
        let replicated = Replicated::<DB>::start().await;
        let db = replicated.db();
        for round in 1..=ROUNDS {
            let mine = db.tracking();
            let stopped = round % 20 == 0;
            if stopped {
                replicated.replica.replay(false).await;
            }
            write(&mine).await.expect("it writes");
            if stopped {
                let others = read(&db.tracking()).await.expect("it reads");
                assert_eq!((others.port, others.notes), (replicated.replica_port(), round - 1), "other handles do not wait");
            }
            let clone = mine.clone();
            let (seen, ()) = tokio::join!(read(&clone), async { if stopped { replicated.replica.replay(true).await } });
            assert_eq!(seen.expect("it reads"), Seen { port: replicated.replica_port(), notes: round });
            let cookie = mine.waits_for().expect("the server tells").to_string();
            let next = db.after(cookie.parse().expect("a token"));
            assert_eq!(read(&next).await.expect("it reads").notes, round);
        }
    }

    #[tokio::test]
    async fn cost_no_round_trip() {
        let replicated = Replicated::<DB>::start().await;
        let [to_primary, to_replica] = [replicated.primary.address(), replicated.replica.address()].map(<DB as Proxied>::proxy);
        let pool = |proxy: &Proxy| replicated.database.pool_through(proxy, crate::bank::options(1));
        let reader = pool(&to_replica);
        let db = Db::from(pool(&to_primary)).with_readers([reader.clone()]).with_reader_wait(LONG);
        // Prepares the statement on both connections.
        let mine = db.tracking();
        write(&db).await.expect("it writes");
        read(&db).await.expect("it reads");
        let ((), _, without) = sent(&to_primary, db.pool(), async || write(&db).await).await;
        let ((), texts, with) = sent(&to_primary, db.pool(), async || write(&mine).await).await;
        assert_eq!((with, without), (3, 3), "{texts:?}");
        // The replica has the commit now, so that the call need not check its position twice.
        read(&mine).await.expect("it reads");
        for db in [&db, &mine] {
            let (seen, texts, _) = sent(&to_replica, &reader, async || read(db).await).await;
            assert_eq!(seen.notes, 3);
            assert!(texts.len() <= 3 && texts[1].starts_with("SELECT"), "BEGIN, the statement and COMMIT: {texts:#?}");
        }
    }

    /// The call reads from the writer in the end, so its number of polls is bounded.
    #[tokio::test]
    async fn leave_nothing_behind_when_the_wait_is_cancelled() {
        let replicated = Replicated::<DB>::start().await;
        let reader = replicated.reader(2);
        let db = Db::from(replicated.writer()).with_readers([reader.clone()]);
        replicated.replica.replay(false).await;
        write(&db).await.expect("it writes");
        let after = db.after(db.token().await.expect("the writer tells")).with_reader_wait(Duration::from_millis(3));
        every_poll(async |cut| {
            let outcome = cut.apply(read(&after)).await;
            next_call_clean(&reader).await;
            outcome.map(|seen| assert_eq!(seen.expect("it reads").notes, 1)).is_some()
        })
        .await;
    }

    #[tokio::test]
    async fn of_nobody_knows_what_are_read_from_the_writer() {
        let replicated = Replicated::<DB>::start().await;
        // The second handle has no replica: its reader is the writer itself.
        let on_itself = Db::from(replicated.writer()).with_readers([replicated.writer()]).with_reader_wait(LONG);
        write(&on_itself).await.expect("it writes");
        let token = on_itself.token().await.expect("the writer tells");
        assert_eq!(read(&on_itself.after(token.clone())).await.expect("it reads"), Seen { port: replicated.primary_port(), notes: 1 });
        for foreign in ["local", "lsn:0/1", "gtid:0-1-1"] {
            let foreign: Token = foreign.parse().expect("a token");
            let both = replicated.db().after(token.clone()).after(foreign);
            assert_eq!(read(&both).await.expect("it reads").notes, 1);
        }
        let foreign = if <DB as sqlx::Database>::NAME == "PostgreSQL" { "gtid:0-1-1" } else { "lsn:0/1" };
        let foreign = replicated.db().after(foreign.parse().expect("a token"));
        assert_eq!(read(&foreign).await.expect("it reads").port, replicated.primary_port());
        // A position further than any server has reached.
        let far = if <DB as sqlx::Database>::NAME == "PostgreSQL" { "lsn:FFFFFFFF/FFFFFFFF" } else { "gtid:0-1-18446744073709551615" };
        let far = replicated.db().after(far.parse().expect("a token")).with_reader_wait(Duration::from_millis(5));
        assert_eq!(read(&far).await.expect("it reads").port, replicated.primary_port());
    }
}
