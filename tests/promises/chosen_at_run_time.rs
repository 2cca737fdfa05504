//! `Any`: which database it is, only the URL says. One function, and every promise holds with the SQL, the codes and the guard of what is
//! behind it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::{FutureExt as _, TryStreamExt as _};
use sqlx::pool::PoolOptions;
use sqlx::{Any, AssertSqlSafe, MySql, Pool, Postgres, Sqlite};
use sqlx_transactional::{Class, Constraint, Db, Error, ReadOnly, Serializable, Session, transactional};
use tests::checks::{PROMISED, none_open_on_the_server, open_transactions, row_is_locked, row_lockable_within};
use tests::explorer::{Cut, every_poll};
use tests::servers::{Server, TestDatabase};

use crate::bank::{BankError, balances};

/// Each of these functions is a test on each database.
macro_rules! on_each_url {
    ($($test:ident)*) => {$(
        mod $test {
            #[tokio::test]
            async fn on_postgres() {
                super::$test::<sqlx::Postgres>().await;
            }

            #[tokio::test]
            async fn on_mysql() {
                super::$test::<sqlx::MySql>().await;
            }

            #[tokio::test]
            async fn on_sqlite() {
                super::$test::<sqlx::Sqlite>().await;
            }
        }
    )*};
}

on_each_url! {
    settles
    joins
    nests
    reads
    ends_in_time
    stops_what_runs
    runs_hooks
    keeps_the_meaning_of_errors
    finds_out_that_the_transaction_is_gone
    replaces_a_connection_that_was_left_in_a_transaction
    puts_settings_back
    leaks_nothing_at_any_poll
}

type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

const ROW: &str = "accounts WHERE id = 1";

async fn open<DB: Server>(connections: u32) -> (TestDatabase<DB>, Pool<Any>) {
    sqlx::any::install_default_drivers();
    let database = TestDatabase::<DB>::with_accounts().await;
    let pool = PoolOptions::new().max_connections(connections).test_before_acquire(false);
    let pool = pool.connect_lazy(database.url()).expect("a URL");
    (database, pool)
}

/// Nothing open, nothing locked, every permit back, and every connection fit for use.
async fn all_is_well<DB: Server>(database: &TestDatabase<DB>, pool: &Pool<Any>) {
    row_lockable_within(database, ROW, PROMISED).await;
    let mut taken = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        let acquired = tokio::time::timeout(PROMISED, pool.acquire()).await;
        let mut connection = acquired.expect("every permit is back").expect("and every connection works");
        let outside = match connection.backend_name() {
            "PostgreSQL" => {
                "SET TRANSACTION READ WRITE; SELECT 1/(xact_start = query_start)::int FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            }
            "MySQL" => "SET TRANSACTION READ WRITE; START TRANSACTION; ROLLBACK",
            _ => "BEGIN; ROLLBACK",
        };
        sqlx::raw_sql(outside).execute(&mut *connection).await.expect("outside of a transaction");
        taken.push(connection);
    }
    drop(taken);
    none_open_on_the_server(database).await;
}

#[transactional]
async fn add(session: &mut Session<Any>, account: i64, cents: i64) -> Result<i64, BankError> {
    let update = format!("UPDATE accounts SET cents = cents + {cents} WHERE id = {account}");
    sqlx::query(AssertSqlSafe(update)).execute(&mut *session).await?;
    let left = format!("SELECT cents FROM accounts WHERE id = {account}");
    let left = sqlx::query_scalar(AssertSqlSafe(left)).fetch_one(session).await?;
    if left < 0 { Err(BankError::Overdraft) } else { Ok(left) }
}

#[transactional]
async fn transfer(session: &mut Session<Any>, from: i64, to: i64, cents: i64) -> Result<(), BankError> {
    add(&mut *session, from, -cents).await?;
    add(session, to, cents).await?;
    Ok(())
}

/// As an application does it: it knows no more than a URL.
#[tokio::test]
async fn one_function_serves_three_urls() {
    async fn serve(url: &str) {
        let db = Db::<Any>::connect(url).await.expect("the database is there");
        transfer(&db, 1, 2, 300).await.expect("there is enough");
        assert!(matches!(transfer(&db, 1, 2, 5000).await, Err(BankError::Overdraft)));
        db.pool().close().await;
    }
    let databases = (
        TestDatabase::<Postgres>::with_accounts().await,
        TestDatabase::<MySql>::with_accounts().await,
        TestDatabase::<Sqlite>::with_accounts().await,
    );
    for url in [databases.0.url(), databases.1.url(), databases.2.url()] {
        serve(url).await;
    }
    assert_eq!(balances(&databases.0).await, (700, 1300));
    assert_eq!(balances(&databases.1).await, (700, 1300));
    assert_eq!(balances(&databases.2).await, (700, 1300));
}

#[transactional]
async fn panics(session: &mut Session<Any>) -> Result<(), BankError> {
    add(session, 1, 300).await?;
    panic!("half-way")
}

async fn settles<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    transfer(&pool, 1, 2, 300).await.expect("there is enough");
    assert_eq!(balances(&database).await, (700, 1300));
    assert!(matches!(transfer(&pool, 1, 2, 5000).await, Err(BankError::Overdraft)));
    assert!(AssertUnwindSafe(panics(&pool)).catch_unwind().await.is_err());
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (700, 1300));
}

#[transactional]
async fn swallows(session: &mut Session<Any>) -> Anything {
    let _ = transfer(session, 1, 2, 5000).await;
    Ok(())
}

async fn joins<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    let refused = swallows(&pool).await.expect_err("a joined call has written and failed");
    assert!(matches!(Error::find(&*refused), Some(Error::RolledBack { by: Some(_), .. })), "{refused:?}");
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (1000, 1000));
}

#[transactional(nested)]
async fn fee(session: &mut Session<Any>, cents: i64) -> Result<(), BankError> {
    add(session, 2, -cents).await?;
    Ok(())
}

#[transactional]
async fn with_fee(session: &mut Session<Any>, cents: i64) -> Result<bool, BankError> {
    add(&mut *session, 1, 300).await?;
    let paid = fee(&mut *session, cents).await.is_ok();
    add(session, 1, 1).await?;
    Ok(paid)
}

#[transactional]
async fn cancels_a_nested_call(session: &mut Session<Any>, cut: Cut) -> Result<bool, BankError> {
    add(&mut *session, 1, 1).await?;
    let finished = cut.apply(fee(&mut *session, 1)).await.is_some();
    add(session, 1, 1).await?;
    Ok(finished)
}

async fn nests<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    assert!(!with_fee(&pool, 5000).await.expect("the fee may fail"));
    assert_eq!(balances(&database).await, (1301, 1000));
    assert!(with_fee(&pool, 5).await.expect("nothing fails"));
    assert_eq!(balances(&database).await, (1602, 995));

    every_poll(async |cut| {
        let before = balances(&database).await;
        let outcome = cancels_a_nested_call(&pool, cut).await;
        let after = balances(&database).await;
        match outcome {
            Ok(finished) => assert_eq!(after, (before.0 + 2, before.1 - i64::from(finished))),
            // MySQL: the connection does not survive a statement that is cut.
            Err(_) => assert!(DB::NAME == "MySQL" && after == before),
        }
        matches!(outcome, Ok(true))
    })
    .await;
    all_is_well(&database, &pool).await;
}

#[transactional]
async fn total(session: &mut Session<Any, ReadOnly>) -> Result<i64, sqlx::Error> {
    let total = "SELECT (SELECT cents FROM accounts WHERE id = 1) + (SELECT cents FROM accounts WHERE id = 2)";
    sqlx::query_scalar(total).fetch_one(session).await
}

#[transactional]
async fn audited(session: &mut Session<Any, ReadOnly<Serializable>>) -> Result<i64, sqlx::Error> {
    total(session).await
}

#[transactional]
async fn writes(session: &mut Session<Any, ReadOnly>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET cents = 0").execute(session).await?;
    Ok(())
}

async fn reads<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    for _ in 0..20 {
        assert_eq!(total(&pool).await.expect("nothing fails"), 2000);
        assert_eq!(audited(&pool).await.expect("nothing fails"), 2000);
        assert!(writes(&pool).await.is_err());
        transfer(&pool, 1, 2, 1).await.expect("the connection is fit to write");
    }
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (980, 1020));
}

#[transactional(timeout = "100ms")]
async fn waits(session: &mut Session<Any>) -> Result<(), BankError> {
    add(session, 1, 300).await?;
    std::future::pending().await
}

async fn ends_in_time<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    let outcome = waits(&pool).await;
    assert!(matches!(&outcome, Err(BankError::Database(error)) if Class::of(error) == Class::Timeout), "{outcome:?}");
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (1000, 1000));
}

#[transactional]
async fn long(session: &mut Session<Any>, statement: &'static str) -> Result<(), BankError> {
    add(&mut *session, 1, 300).await?;
    sqlx::raw_sql(statement).execute(session).await?;
    Ok(())
}

/// On `SQLite` it cannot be stopped, but is waited for.
async fn stops_what_runs<DB: Server>() {
    let statement = match DB::NAME {
        "PostgreSQL" => "SELECT pg_sleep(5)",
        "MySQL" => "SELECT SLEEP(5)",
        _ => "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 200000) SELECT max(value) FROM n",
    };
    let (database, pool) = open::<DB>(1).await;
    let call = tokio::spawn({
        let pool = pool.clone();
        async move { long(&pool, statement).await }
    });
    while !row_is_locked(&database, ROW, Duration::from_millis(1)).await {}
    while DB::NAME != "SQLite" && !open_transactions(&database).await.iter().any(|line| line.to_lowercase().contains("sleep")) {}
    call.abort();
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (1000, 1000));
}

#[transactional]
async fn counted(session: &mut Session<Any>, count: &Arc<AtomicUsize>, ok: bool) -> Result<(), BankError> {
    for (number, rolled_back) in [(1, false), (100, true)] {
        let count = Arc::clone(count);
        let hook = async move {
            count.fetch_add(number, Ordering::SeqCst);
        };
        if rolled_back { session.after_rollback(hook) } else { session.after_commit(hook) }
    }
    add(session, 1, 1).await?;
    if ok { Ok(()) } else { Err(BankError::Overdraft) }
}

async fn runs_hooks<DB: Server>() {
    let (_database, pool) = open::<DB>(1).await;
    let count = Arc::default();
    counted(&pool, &count, true).await.expect("nothing fails");
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(counted(&pool, &count, false).await.is_err());
    assert_eq!(count.load(Ordering::SeqCst), 101);
}

#[transactional]
async fn twice_the_same(session: &mut Session<Any>) -> Result<(), sqlx::Error> {
    let twice = sqlx::query("INSERT INTO accounts VALUES (1, 0)").execute(&mut *session).await.expect_err("there is one");
    assert_eq!(Class::of(&twice), Class::Constraint(Constraint::Unique));
    drop(twice);
    sqlx::query("UPDATE accounts SET cents = 0 WHERE id = 2").execute(session).await?;
    Ok(())
}

/// `PostgreSQL` aborts at any error; elsewhere the transaction goes on.
async fn keeps_the_meaning_of_errors<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    let outcome = twice_the_same(&pool).await;
    if DB::NAME == "PostgreSQL" {
        assert_eq!(Class::of(&outcome.expect_err("it was aborted")), Class::Constraint(Constraint::Unique));
        assert_eq!(balances(&database).await, (1000, 1000));
    } else {
        outcome.expect("only the statement failed");
        assert_eq!(balances(&database).await, (1000, 0));
    }
    all_is_well(&database, &pool).await;
}

#[transactional]
async fn ends_it_behind_our_back(session: &mut Session<Any>, end: &'static str) -> Anything {
    sqlx::query("UPDATE accounts SET cents = 0").execute(&mut *session).await?;
    sqlx::raw_sql(end).execute(session.connection().await?).await?;
    Ok(())
}

async fn finds_out_that_the_transaction_is_gone<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    let error = ends_it_behind_our_back(&pool, "ROLLBACK").await.expect_err("nothing was stored");
    assert!(matches!(Error::find(&*error), Some(Error::TransactionControl { .. })), "{error:?}");
    all_is_well(&database, &pool).await;
    assert_eq!(balances(&database).await, (1000, 1000));
}

async fn replaces_a_connection_that_was_left_in_a_transaction<DB: Server>() {
    let (database, pool) = open::<DB>(1).await;
    for begin in ["BEGIN", "BEGIN; UPDATE accounts SET cents = 0 WHERE id = 2"] {
        sqlx::raw_sql(begin).execute(&pool).await.expect("sqlx sends it");
        let served = audited(&pool).await;
        assert_eq!(served.expect("it is rolled back first"), 2000);
    }
    all_is_well(&database, &pool).await;
}

#[transactional(timeout = "1500ms", lock_timeout = "1200ms")]
async fn limits(session: &mut Session<Any>, settings: &'static str) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(settings).fetch_one(session).await
}

async fn puts_settings_back<DB: Server>() {
    let (settings, inside, outside) = match DB::NAME {
        "PostgreSQL" => {
            ("SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'))", "1500ms 1200ms", "0 0")
        }
        "MySQL" => ("SELECT CONCAT_WS(' ', @@max_statement_time, @@innodb_lock_wait_timeout)", "1.500000 2", "0.000000 50"),
        _ => ("SELECT CAST(timeout AS TEXT) FROM pragma_busy_timeout", "1200", "5000"),
    };
    let (database, pool) = open::<DB>(1).await;
    assert_eq!(limits(&pool, settings).await.expect("nothing fails"), inside);
    let after: String = sqlx::query_scalar(settings).fetch_one(&pool).await.expect("the connection is fit for use");
    assert_eq!(after, outside);
    all_is_well(&database, &pool).await;
}

/// Everything that a body does with a session: writes, joins, prepared and simple statements, a stream that is left early.
#[transactional]
async fn busy(session: &mut Session<Any>, fail: bool) -> Result<(), BankError> {
    sqlx::query("UPDATE accounts SET cents = cents - 10 WHERE id = 1").execute(&mut *session).await?;
    let mut rows = sqlx::query("SELECT id FROM accounts ORDER BY id").fetch(&mut *session);
    for _ in 0..3 {
        rows.try_next().await?;
    }
    drop(rows);
    add(&mut *session, 2, 10).await?;
    sqlx::raw_sql("UPDATE accounts SET cents = cents; SELECT 1").execute(session).await?;
    if fail { Err(BankError::Overdraft) } else { Ok(()) }
}

async fn leaks_nothing_at_any_poll<DB: Server>() {
    let (database, pool) = open::<DB>(2).await;
    let more: Vec<_> = (3..28).map(|id| format!("({id}, 0)")).collect();
    database.run(&format!("INSERT INTO accounts VALUES {}", more.join(", "))).await;
    for fail in [false, true] {
        let explored = every_poll(async |cut: Cut| {
            let before = balances(&database).await;
            let outcome = cut.apply(busy(&pool, fail)).await;
            all_is_well(&database, &pool).await;
            let after = balances(&database).await;
            let whole = (before.0 - 10, before.1 + 10);
            match &outcome {
                Some(Ok(())) => assert_eq!(after, whole, "acknowledged and not stored"),
                Some(Err(error)) => assert_eq!(after, before, "{error:?}, and stored"),
                None => assert!(after == before || after == whole, "{before:?} became {after:?}"),
            }
            tokio::time::timeout(PROMISED, busy(&pool, false)).await.expect("the next call is served").expect("and succeeds");
            outcome.is_some()
        })
        .await;
        println!("{} behind Any: {explored:?}", DB::NAME);
    }
}

#[transactional]
async fn writes_twice(session: &mut Session<Any>, pool: &Pool<Any>) -> Result<(), BankError> {
    add(session, 1, 1).await?;
    add(pool, 2, 1).await?;
    Ok(())
}

#[tokio::test]
async fn a_second_writer_is_refused_where_it_would_wait_for_ever() {
    let (database, pool) = open::<Sqlite>(2).await;
    let outcome = tokio::time::timeout(PROMISED, writes_twice(&pool, &pool)).await.expect("it waits for nothing");
    assert!(matches!(&outcome, Err(BankError::Database(error)) if error.to_string().contains("one writer")), "{outcome:?}");
    assert_eq!(balances(&database).await, (1000, 1000));

    let (database, pool) = open::<Postgres>(2).await;
    writes_twice(&pool, &pool).await.expect("the rows are not the same");
    assert_eq!(balances(&database).await, (1001, 1001));
}

#[tokio::test]
async fn a_database_in_memory_is_private_and_stays() {
    for url in ["sqlite::memory:", "sqlite://kept?mode=memory"] {
        let db = Db::<Any>::connect(url).await.expect("memory");
        let accounts =
            "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL); INSERT INTO accounts VALUES (1, 1000), (2, 1000)";
        sqlx::raw_sql(accounts).execute(db.pool()).await.expect("a fresh database");
        every_poll(async |cut| {
            let outcome = cut.apply(transfer(&db, 1, 2, 1)).await;
            tokio::time::timeout(PROMISED, transfer(&db, 2, 1, 1)).await.expect("served").expect("there is enough");
            outcome.is_some()
        })
        .await;
        assert_eq!(total(&db).await.expect("it is there"), 2000);
        let other = Db::<Any>::connect(url).await.expect("memory");
        assert!(total(&other).await.is_err(), "private to its handle");
    }
}

#[tokio::test]
async fn a_file_is_opened_with_the_settings_of_sqlite() {
    let directory = tempfile::tempdir().expect("a directory");
    let db = Db::<Any>::connect(&format!("sqlite://{}/new.db?mode=rwc", directory.path().display())).await.expect("the file can be made");
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(db.pool()).await.expect("a pragma");
    assert_eq!(mode, "wal");
    for (pragma, value) in [("foreign_keys", 1), ("synchronous", 1), ("busy_timeout", 5000)] {
        let set: i64 = sqlx::query_scalar(AssertSqlSafe(format!("PRAGMA {pragma}"))).fetch_one(db.pool()).await.expect("a pragma");
        assert_eq!(set, value, "{pragma}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_once() {
    for url in ["postgres://nobody@127.0.0.1:1/none", "mysql://nobody@127.0.0.1:1/none", "sqlite:///none/none.db", "oracle://none", "none"]
    {
        let asked = Instant::now();
        let error = Db::<Any>::connect(url).await.expect_err("there is nothing");
        assert!(asked.elapsed() < Duration::from_secs(2) && !matches!(error, sqlx::Error::PoolTimedOut), "{url}: {error}");
    }
}
