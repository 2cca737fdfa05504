//! The checks after every fault, made on a connection that is kept open for them, so that they are
//! cheap enough to run thousands of times.

use std::time::Duration;

use sqlx::Pool;
use tests::{
    checks::PROMISED,
    servers::{Server, TestDatabase},
};
use tokio::time::{Instant, sleep, timeout};

use super::subject::Subject;
use crate::diary::Diary;

const ROW: &str = "accounts WHERE id = 1";

/// What is stored after a call that moves so many cents.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stored {
    All(i64),
    Nothing,
    /// The call was dropped.
    AllOrNothing(i64),
}

pub(super) struct Observer<DB: Server> {
    connection: DB::Connection,
    /// The balances of both accounts at the last check.
    balances: (i64, i64),
}

impl<DB: Subject> Observer<DB> {
    pub(super) async fn of(database: &TestDatabase<DB>) -> Self {
        let mut observer = Self {
            connection: database.connect().await,
            balances: (0, 0),
        };
        observer.balances = observer.look().await;
        observer
    }

    /// Checks that nothing is left of a call but what it stored: no lock after a second, no
    /// connection outside the pool, no connection of the pool in a transaction or with a changed
    /// setting, every permit back, both accounts changed or none, and the right hooks. Returns
    /// whether the call is stored.
    pub(super) async fn check(&mut self, pool: &Pool<DB>, diary: &Diary, stored: Stored) -> bool {
        let locked = DB::lock(&mut self.connection, ROW, PROMISED).await;
        assert!(
            locked.is_ok(),
            "{ROW} is still locked after {PROMISED:?}: {locked:?}"
        );
        if let Err(complaint) = pool_is_clean(pool, PROMISED).await {
            panic!("{complaint}");
        }
        self.only_the_pool_is_connected(pool).await;
        let is_stored = self.is_whole(stored).await;
        hooks_know(diary, is_stored).await;
        is_stored
    }

    /// The same as [`check`](Self::check), after the runtime of the pool has ended.
    pub(super) async fn check_server(&mut self, pool: &Pool<DB>, stored: Stored) {
        let locked = DB::lock(&mut self.connection, ROW, PROMISED).await;
        assert!(
            locked.is_ok(),
            "{ROW} is still locked after {PROMISED:?}: {locked:?}"
        );
        self.only_the_pool_is_connected(pool).await;
        self.is_whole(stored).await;
    }

    async fn is_whole(&mut self, stored: Stored) -> bool {
        let (before, after) = (self.balances, self.look().await);
        self.balances = after;
        let moved = (before.0 - after.0, after.1 - before.1);
        match stored {
            Stored::All(cents) => assert_eq!(
                moved,
                (cents, cents),
                "acknowledged and not stored as a whole"
            ),
            Stored::Nothing => assert_eq!(moved, (0, 0), "refused and stored"),
            Stored::AllOrNothing(cents) => assert!(
                moved == (cents, cents) || moved == (0, 0),
                "half of it is stored: {moved:?}"
            ),
        }
        moved != (0, 0)
    }

    async fn look(&mut self) -> (i64, i64) {
        let sql = |id| format!("SELECT cents FROM accounts WHERE id = {id}");
        let first = DB::integer(&mut self.connection, sql(1))
            .await
            .expect("the account is there");
        (
            first,
            DB::integer(&mut self.connection, sql(2))
                .await
                .expect("the account is there"),
        )
    }

    /// The connections of the pool were all checked for a transaction. Another connection is being
    /// closed, or stops a statement.
    async fn only_the_pool_is_connected(&mut self, pool: &Pool<DB>) {
        let asked = Instant::now();
        loop {
            let others = DB::integer(&mut self.connection, DB::OTHERS.to_owned())
                .await
                .expect("the tests' user may look");
            if others <= i64::from(pool.size()) {
                return;
            }
            assert!(
                asked.elapsed() < PROMISED,
                "{others} connections on the server, {} in the pool",
                pool.size()
            );
            // The server does not notify when a connection ends.
            sleep(Duration::from_millis(2)).await;
        }
    }
}

/// Each connection that the pool may have can be acquired in time, writes, is outside a
/// transaction, and has its original settings.
pub(super) async fn pool_is_clean<DB: Subject>(
    pool: &Pool<DB>,
    within: Duration,
) -> Result<(), String> {
    let mut taken = Vec::new();
    for number in 1..=pool.options().get_max_connections() {
        match timeout(within, pool.acquire()).await {
            Ok(Ok(connection)) => taken.push(connection),
            failed => {
                return Err(format!(
                    "connection {number} is not to be had: {:?}",
                    failed.map(|it| it.map(drop))
                ));
            }
        }
    }
    for connection in &mut taken {
        // Runs a statement first: it uses up an isolation level or access mode that was set for the
        // next transaction only.
        let looked = async {
            DB::run(
                connection,
                "UPDATE accounts SET cents = cents WHERE id = 0".into(),
            )
            .await?;
            DB::probe(connection).await?;
            DB::integer(connection, DB::CHANGED.to_owned()).await
        };
        match timeout(within, looked).await {
            Ok(Ok(0)) => {}
            Ok(Ok(changed)) => {
                return Err(format!(
                    "{changed} settings of a pooled connection are changed"
                ));
            }
            failed => {
                return Err(format!(
                    "the pool hands out a connection that is not clean: {failed:?}"
                ));
            }
        }
    }
    Ok(())
}

/// If a call registered its hooks, exactly one of them has run, and it is the right one.
async fn hooks_know(diary: &Diary, is_stored: bool) {
    let over = async {
        while diary.is_waiting() {
            tokio::task::yield_now().await;
        }
    };
    assert!(
        timeout(PROMISED, over).await.is_ok(),
        "a hook has neither run nor been dropped: {:?}",
        diary.read()
    );
    let notes = diary.read();
    let outcomes: Vec<_> = notes.iter().filter(|note| **note != REGISTERED).collect();
    match outcomes.as_slice() {
        [] => assert!(notes.is_empty(), "no hook has run"),
        [outcome] => assert_eq!(**outcome, if is_stored { COMMITTED } else { ROLLED_BACK }),
        more => panic!("{more:?}"),
    }
}

pub(super) const REGISTERED: &str = "registered";
pub(super) const COMMITTED: &str = "committed";
pub(super) const ROLLED_BACK: &str = "rolled back";
