//! H37: the first words of a statement do not tell whether it writes. Code that decides by them
//! sends a write to a replica, or takes half of a transaction for a read.

use sqlx::{MySql, Postgres, Sqlite};
use sqlx_transactional::{Driver, Error, ReadOnly, Session, transactional};
use tests::checks::all_is_well;
use tests::servers::{Server, TestDatabase};

use crate::accounts::{ROW, cents, code, options};
use crate::mariadb::number;

type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Looks like the beginning of a write, and reads.
const READS: &str =
    "WITH chosen AS (SELECT cents FROM accounts WHERE id = 1) SELECT cents FROM chosen";

/// Statements that begin like reads, and write.
trait Disguises: Server {
    /// Creates the function that [`QUERY`](Self::QUERY) needs.
    const FUNCTION: &'static str = "SELECT 1";
    /// A query that calls a function that writes.
    const QUERY: Option<&'static str> = None;
    /// A statement that is explained, and also runs.
    const OTHER: &'static str;
    /// A number that each of these statements changes.
    const CHANGED: &'static str = "SELECT cents FROM accounts WHERE id = 1";

    fn all() -> impl Iterator<Item = &'static str> {
        Self::QUERY.into_iter().chain([Self::OTHER])
    }

    /// Whether the server refused to write.
    fn is_refusal(error: &sqlx::Error) -> bool;
}

impl Disguises for Postgres {
    const FUNCTION: &'static str = "CREATE FUNCTION debit() RETURNS BIGINT LANGUAGE SQL
        AS 'UPDATE accounts SET cents = cents - 100 WHERE id = 1 RETURNING cents'";
    const QUERY: Option<&'static str> = Some("SELECT debit()");
    const OTHER: &'static str =
        "EXPLAIN ANALYZE UPDATE accounts SET cents = cents - 100 WHERE id = 1";

    fn is_refusal(error: &sqlx::Error) -> bool {
        code(error) == "25006"
    }
}

impl Disguises for MySql {
    const FUNCTION: &'static str = "CREATE FUNCTION debit() RETURNS BIGINT MODIFIES SQL DATA
        BEGIN UPDATE accounts SET cents = cents - 100 WHERE id = 1; RETURN 1; END";
    const QUERY: Option<&'static str> = Some("SELECT debit()");
    const OTHER: &'static str = "ANALYZE UPDATE accounts SET cents = cents - 100 WHERE id = 1";

    fn is_refusal(error: &sqlx::Error) -> bool {
        number(error) == 1792
    }
}

impl Disguises for Sqlite {
    const OTHER: &'static str = "PRAGMA user_version = 7";
    const CHANGED: &'static str = "PRAGMA user_version";

    fn is_refusal(error: &sqlx::Error) -> bool {
        code(error) == "8"
    }
}

async fn start<DB: Disguises>() -> TestDatabase<DB> {
    let database = TestDatabase::<DB>::with_accounts().await;
    database.run(DB::FUNCTION).await;
    database
}

on! { [postgres mysql sqlite]
    by_hand: writes;
    through_us: refused_where_the_session_is_read_only;
    through_us_joined: counts_where_it_is_not;
    through_us_read_only_joined: handled_freely;
}
// SQLite has no functions that are written in SQL.
on! { [postgres mysql]
    through_us_not_what_a_function_does: is_taken_for_a_read;
}

async fn writes<DB: Disguises>() {
    for disguise in DB::all() {
        let database = start::<DB>().await;
        let before = database.integer(DB::CHANGED).await;
        let mut transaction = database.pool(options(1)).begin().await.unwrap();
        DB::run(&mut transaction, disguise.into()).await.unwrap();
        transaction.commit().await.unwrap();
        assert_ne!(
            database.integer(DB::CHANGED).await,
            before,
            "the hazard: {disguise}"
        );
    }
    let database = start::<DB>().await;
    DB::run(&mut database.connect().await, READS.into())
        .await
        .unwrap();
    assert_eq!(cents(&database).await, 1000);
}

#[transactional]
async fn reads<DB: Driver>(
    session: &mut Session<DB, ReadOnly>,
    sql: &'static str,
) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(session).await?;
    Ok(())
}

/// The server refuses the write, because only the server knows.
async fn refused_where_the_session_is_read_only<DB: Disguises + Driver>() {
    let database = start::<DB>().await;
    let pool = database.pool(options(1));
    let before = database.integer(DB::CHANGED).await;
    for disguise in DB::all() {
        let error = reads(&pool, disguise).await.expect_err(disguise);
        assert!(DB::is_refusal(&error), "{disguise}: {error:?}");
        all_is_well(&database, &pool, ROW).await;
    }
    assert_eq!(database.integer(DB::CHANGED).await, before);
    reads(&pool, READS).await.expect("the statement only reads");
}

/// Runs a statement, and then fails with an error of its own.
#[transactional]
async fn fails<DB: Driver>(
    session: &mut Session<DB>,
    sql: &'static str,
) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(session).await?;
    Err(sqlx::Error::RowNotFound)
}

#[transactional]
async fn handles_it<DB: Driver>(session: &mut Session<DB>, sql: &'static str) -> Anything {
    assert!(matches!(
        fails(session, sql).await,
        Err(sqlx::Error::RowNotFound)
    ));
    Ok(())
}

/// A statement counts as a write unless it is known to read. The crate does not commit a part of
/// what a joined call did.
async fn counts_where_it_is_not<DB: Disguises + Driver>() {
    let database = start::<DB>().await;
    let pool = database.pool(options(1));
    let before = database.integer(DB::CHANGED).await;
    let error = handles_it(&pool, DB::OTHER).await.expect_err(DB::OTHER);
    assert!(
        matches!(Error::find(&*error), Some(Error::RolledBack { by: Some(by), .. }) if by.ends_with("::fails")),
        "{error:?}"
    );
    assert_eq!(database.integer(DB::CHANGED).await, before);
    handles_it(&pool, READS).await.expect("nothing was written");
}

/// The limit: without `ReadOnly`, a query counts as a read, even if a function in it writes.
async fn is_taken_for_a_read<DB: Disguises + Driver>() {
    let database = start::<DB>().await;
    handles_it(
        &database.pool(options(1)),
        DB::QUERY.expect("the database has functions"),
    )
    .await
    .expect("a query counts as a read");
    assert_eq!(cents(&database).await, 900);
}

#[transactional]
async fn finds_nothing<DB: Driver>(session: &mut Session<DB, ReadOnly>) -> Result<(), sqlx::Error> {
    // On MySQL the text of the query does not tell that it reads.
    sqlx::raw_sql(if DB::NAME == "MySQL" { "DO 1" } else { READS })
        .execute(session)
        .await?;
    Err(sqlx::Error::RowNotFound)
}

#[transactional]
async fn goes_on<DB: Driver>(session: &mut Session<DB>) -> Anything {
    assert!(finds_nothing(&mut *session).await.is_err());
    sqlx::raw_sql(crate::accounts::DEBIT)
        .execute(session)
        .await?;
    Ok(())
}

async fn handled_freely<DB: Disguises + Driver>() {
    let database = start::<DB>().await;
    goes_on(&database.pool(options(1)))
        .await
        .expect("its session is `ReadOnly`");
    assert_eq!(cents(&database).await, 900);
}
