//! A call in a sandbox can be cancelled at any poll: the next call works and sees nothing of it,
//! and the sandbox goes on. On the servers, also with answers that arrive in small pieces, so that
//! a call is cancelled in the middle of a message.

use futures_util::TryStreamExt as _;
use sqlx::{Any, Pool, any::AnyConnectOptions};
use sqlx_transactional::{
    Db, Driver, Fault, ReadOnly, Sandbox, Session, retry_on_error, transactional,
};
use tests::{
    checks::{PROMISED, none_open_on_the_server, row_lockable_within},
    explorer::{Cut, every_poll},
    proxy::{Proxied, Proxy},
    servers::{Server, TestDatabase},
};

use super::sandbox_on;
use crate::bank::{BankError, balances, options};

/// Rows for a stream that is dropped before its end.
const ROWS: &str = "INSERT INTO accounts SELECT value, 0 FROM (WITH RECURSIVE n(value) AS (SELECT 3 UNION ALL SELECT value + 1 FROM n \
                    WHERE value < 27) SELECT value FROM n) AS numbers";

/// The calls that are cancelled.
#[derive(Debug, Clone, Copy)]
enum Body {
    Commits,
    RollsBack,
    /// Fails at its first statement, and in its second attempt at COMMIT.
    MeetsFaults,
}

/// A call of `Body` on a database, and a call that reads the balances.
trait Calls: Driver {
    async fn call(db: &Db<Self>, body: Body) -> Result<(), BankError>;
    async fn look(db: &Db<Self>) -> Result<(i64, i64), BankError>;
}

macro_rules! calls {
    ($($db:ty)*) => { $(
        const _: () = {
            /// Uses prepared and simple statements, a stream that is dropped before its end, a
            /// savepoint, and a joined call.
            #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "1ms")]
            #[transactional]
            async fn busy(session: &mut Session<$db>, fails: bool) -> Result<(), BankError> {
                sqlx::query("UPDATE accounts SET cents = cents - 10 WHERE id = 1").execute(&mut *session).await?;
                let mut rows = sqlx::query("SELECT id FROM accounts ORDER BY id").fetch(&mut *session);
                for _ in 0..3 {
                    rows.try_next().await?;
                }
                drop(rows);
                credit(&mut *session).await?;
                sqlx::raw_sql("UPDATE accounts SET cents = cents; SELECT 1").execute(&mut *session).await?;
                cents(session, 1).await?;
                if fails { Err(BankError::Overdraft) } else { Ok(()) }
            }

            #[transactional(nested)]
            async fn credit(session: &mut Session<$db>) -> Result<(), BankError> {
                sqlx::query("UPDATE accounts SET cents = cents + 10 WHERE id = 2").execute(session).await?;
                Ok(())
            }

            #[transactional]
            async fn cents(session: &mut Session<$db, ReadOnly>, account: i64) -> Result<i64, BankError> {
                let sql = if account == 1 { "SELECT cents FROM accounts WHERE id = 1" } else { "SELECT cents FROM accounts WHERE id = 2" };
                Ok(sqlx::query_scalar(sql).fetch_one(session).await?)
            }

            impl Calls for $db {
                async fn call(db: &Db<Self>, body: Body) -> Result<(), BankError> {
                    busy(db, matches!(body, Body::RollsBack)).await
                }

                async fn look(db: &Db<Self>) -> Result<(i64, i64), BankError> {
                    Ok((cents(db, 1).await?, cents(db, 2).await?))
                }
            }
        };
    )* };
}
calls! { sqlx::Postgres sqlx::MySql sqlx::Sqlite Any }

/// The next calls meet the faults that are still pending.
async fn meet_what_is_left<DB: Calls>(sandbox: &Sandbox<DB>) {
    for _ in 0..sandbox.faults_waiting() {
        DB::look(&sandbox.db()).await.expect_err("it was asked for");
    }
}

async fn look<DB: Calls>(sandbox: &Sandbox<DB>) -> (i64, i64) {
    DB::look(&sandbox.db()).await.expect("the next call works")
}

async fn explore<DB: Calls>(behind: &str, sandbox: &Sandbox<DB>, body: Body) {
    let (db, mut stored) = (sandbox.db(), 0);
    let explored = every_poll(async |cut: Cut| {
        let before = look(sandbox).await;
        if matches!(body, Body::MeetsFaults) {
            sandbox.fail_next(Fault::Deadlock);
            sandbox.fail_next(Fault::CommitUnknown { stored: false });
        }
        let outcome = cut.apply(DB::call(&db, body)).await;
        meet_what_is_left(sandbox).await;
        let (after, whole) = (look(sandbox).await, (before.0 - 10, before.1 + 10));
        match &outcome {
            Some(Ok(())) => assert_eq!(after, whole, "{cut:?}: acknowledged and not stored"),
            Some(Err(error)) => assert_eq!(after, before, "{cut:?}: {error:?}, and stored"),
            // COMMIT was on its way: all of the call is stored, or nothing.
            None => assert!(
                after == before || after == whole,
                "{cut:?}: {before:?} became {after:?}"
            ),
        }
        stored += usize::from(outcome.is_none() && after == whole);
        outcome.is_some()
    })
    .await;
    println!(
        "{behind} as {}, {body:?}: {} cancelled over {} polls, {stored} of them stored as a whole, {} finished",
        DB::NAME,
        explored.cancelled,
        explored.polls,
        explored.finished
    );
}

async fn nothing_is_left_of<DB: Calls, S: Server>(database: &TestDatabase<S>, pool: &Pool<DB>) {
    database.run(ROWS).await;
    let sandbox = sandbox_on(pool).await;
    for body in [Body::Commits, Body::RollsBack, Body::MeetsFaults] {
        explore(S::NAME, &sandbox, body).await;
    }
    sandbox
        .close()
        .await
        .expect("its transaction is still there");
    assert_eq!(balances(database).await, (1000, 1000));
    row_lockable_within(database, "accounts WHERE id = 1", PROMISED).await;
    none_open_on_the_server(database).await;
}

on_each_database! {
    #[tokio::test]
    async fn nothing_else_is_lost() {
        let (database, pool) = crate::bank::open::<DB>(4).await;
        nothing_is_left_of(&database, &pool).await;
    }

    #[tokio::test]
    async fn nothing_else_is_lost_through_any() {
        sqlx::any::install_default_drivers();
        let database = TestDatabase::<DB>::with_accounts().await;
        let pool = options::<Any>(4).connect_lazy(database.url()).expect("a URL");
        nothing_is_left_of(&database, &pool).await;
    }
}

mod in_pieces {
    use super::*;

    on! {
        [postgres mysql]

        #[tokio::test]
        async fn nothing_else_is_lost() {
            let database = TestDatabase::<DB>::with_accounts().await;
            let proxy = in_pieces(&database);
            nothing_is_left_of(&database, &database.pool_through(&proxy, options(4))).await;
        }

        #[tokio::test]
        async fn nothing_else_is_lost_through_any() {
            sqlx::any::install_default_drivers();
            let database = TestDatabase::<DB>::with_accounts().await;
            let proxy = in_pieces(&database);
            let mut through: AnyConnectOptions = database.url().parse().expect("a URL");
            through.database_url.set_ip_host(proxy.address().ip()).expect("it has a host");
            through.database_url.set_port(Some(proxy.address().port())).expect("and a port");
            nothing_is_left_of(&database, &options::<Any>(4).connect_lazy_with(through)).await;
        }
    }

    fn in_pieces<DB: Proxied>(database: &TestDatabase<DB>) -> Proxy {
        let proxy = Proxy::of(database);
        proxy.split(12..=24);
        proxy
    }
}
