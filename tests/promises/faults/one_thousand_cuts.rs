//! The connection is cut a thousand times between COMMIT and its answer. With `exactly_once` every
//! call is stored once. The usual retry loop over sqlx by hand stores about as many calls twice.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Instant,
};

use sqlx::Pool;
use sqlx_transactional::{RetryBudget, Session, retry_on_error, transactional};
use tests::proxy::{Fault, Point, Way};

use super::exactly_once::open;
use crate::bank::{options, sql};

const CUTS: usize = 1000;
const CALLERS: usize = 8;

on! { [postgres mysql]
    #[retry_on_error(exactly_once)]
    #[transactional]
    async fn through_us(session: &mut Session<DB>, id: i64) -> Result<(), sqlx::Error> {
        sqlx::query(sql::<DB>("INSERT INTO calls VALUES ($1)")).bind(id).execute(session).await.map(drop)
    }

    async fn by_hand(pool: &Pool<DB>, id: i64) -> Result<(), sqlx::Error> {
        async fn once(pool: &Pool<DB>, id: i64) -> Result<(), sqlx::Error> {
            let mut transaction = pool.begin().await?;
            sqlx::query(sql::<DB>("INSERT INTO calls VALUES ($1)")).bind(id).execute(&mut *transaction).await?;
            transaction.commit().await
        }

        while once(pool, id).await.is_err() {}
        Ok(())
    }

    /// Makes calls until the answers to a thousand COMMITs were lost, which is every second answer.
    /// Returns how many calls were acknowledged, how many of those are missing, how many are stored
    /// more than once, and how many cuts there were.
    async fn under_cuts(hand: bool) -> [i64; 4] {
        let (database, proxy, _) = open::<DB>(1).await;
        // By hand, the pool has to detect dead connections.
        let pool = database.pool_through(&proxy, options(8).test_before_acquire(hand));
        database.run("CREATE TABLE calls (id BIGINT NOT NULL)").await;
        let cuts = Arc::new(proxy.inject_every(2, Way::ToClient, Point::Commit, Fault::Cut));
        let (ids, acknowledged) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
        let callers = (0..CALLERS).map(|_| {
            let (pool, cuts, ids, acknowledged) = (pool.clone(), Arc::clone(&cuts), Arc::clone(&ids), Arc::clone(&acknowledged));
            tokio::spawn(async move {
                while cuts.fired() < CUTS {
                    let id = ids.fetch_add(1, SeqCst);
                    if hand { by_hand(&pool, id).await } else { through_us(&pool, id).await }.expect("it is tried often enough");
                    acknowledged.fetch_add(1, SeqCst);
                }
            })
        });
        let started = Instant::now();
        for caller in callers.collect::<Vec<_>>() {
            caller.await.expect("no caller panics");
        }
        let fired = i64::try_from(cuts.fired()).unwrap();
        let acknowledged = acknowledged.load(SeqCst);
        let distinct = database.integer("SELECT COUNT(DISTINCT id) FROM calls").await;
        let all = database.integer("SELECT COUNT(*) FROM calls").await;
        println!(
            "{} {}: {acknowledged} acknowledged, {} lost, {} doubled, {fired} cuts, {:.1} s; budget {:?}",
            <DB as sqlx::Database>::NAME,
            if hand { "by hand" } else { "through us" },
            acknowledged - distinct,
            all - distinct,
            started.elapsed().as_secs_f64(),
            RetryBudget::of(&pool),
        );
        [acknowledged, acknowledged - distinct, all - distinct, fired]
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn are_survived() {
        let [acknowledged, lost, doubled, cuts] = under_cuts(false).await;
        assert_eq!((lost, doubled), (0, 0), "of {acknowledged} calls with {cuts} cuts");
        let [_, lost, doubled, cuts] = under_cuts(true).await;
        assert_eq!(lost, 0);
        assert!(doubled > cuts / 2, "sqlx by hand still doubles calls");
    }
}
