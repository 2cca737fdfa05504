//! Options that are set win, the others have the defaults that `DbOptions` documents, and mistakes
//! are reported at once.

use std::io;
use std::time::Duration;

use sqlx::{Any, MySql, Postgres, Sqlite};
use sqlx_transactional::{Db, DbOptions, ReadOnly, Session, transactional};
use tests::servers::TestDatabase;

const MINUTE: Duration = Duration::from_mins(1);

async fn application_name(db: Db<Postgres>) -> String {
    sqlx::query_scalar("SHOW application_name")
        .fetch_one(db.pool())
        .await
        .expect("the server tells")
}

/// PGAPPNAME is not tested here, but in `made_from_the_environment`, in a process of its own.
#[tokio::test]
async fn a_connection_says_whose_it_is_unless_it_was_told_another_name() {
    let database = TestDatabase::<Postgres>::new().await;
    let program = std::env::current_exe()
        .expect("a program")
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    let connect = |url: &str| DbOptions::<Postgres>::from_url(url).expect("a URL");

    assert_eq!(
        application_name(connect(database.url()).connect().await.expect("the server")).await,
        program
    );
    let in_url = format!("{}?application_name=till", database.url());
    assert_eq!(
        application_name(connect(&in_url).connect().await.expect("the server")).await,
        "till"
    );
    let in_options = connect(&in_url).connection(|options| options.application_name("shop"));
    assert_eq!(
        application_name(in_options.connect().await.expect("the server")).await,
        "shop"
    );
    let given = DbOptions::from(database.options().application_name("cellar"));
    assert_eq!(
        application_name(given.connect().await.expect("the server")).await,
        "cellar"
    );

    for (url, name) in [(database.url(), program.as_str()), (&in_url, "till")] {
        let db = Db::<Any>::connect(url).await.expect("the server");
        let told: String = sqlx::query_scalar("SHOW application_name")
            .fetch_one(db.pool())
            .await
            .expect("the server tells");
        assert_eq!(told, name);
    }
}

#[transactional]
async fn name(session: &mut Session<Postgres>) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SHOW application_name")
        .fetch_one(session)
        .await
}

#[transactional]
async fn name_when_reading(
    session: &mut Session<Postgres, ReadOnly>,
) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SHOW application_name")
        .fetch_one(session)
        .await
}

#[tokio::test]
async fn a_reader_is_read_from_and_has_the_same_pool() {
    let database = TestDatabase::<Postgres>::new().await;
    let db = DbOptions::from(database.options().application_name("primary"))
        .reader(database.options().application_name("replica"))
        .pool(|pool| pool.max_connections(2));
    let db = db.connect().await.expect("the server");
    assert_eq!(name(&db).await.expect("the server tells"), "primary");
    assert_eq!(
        name_when_reading(&db).await.expect("the server tells"),
        "replica"
    );
}

on! { [postgres mysql]
    #[tokio::test]
    async fn a_pool_on_a_server_has_the_defaults_that_are_documented() {
        let database = TestDatabase::<DB>::new().await;
        let db = Db::<DB>::connect(database.url()).await.expect("the server");
        let pool = db.pool().options();
        assert!(!pool.get_test_before_acquire());
        assert_eq!((pool.get_max_connections(), pool.get_min_connections()), (10, 0));
        assert_eq!((pool.get_max_lifetime(), pool.get_idle_timeout()), (Some(30 * MINUTE), Some(10 * MINUTE)));
        assert_eq!(pool.get_acquire_timeout(), MINUTE / 2);

        let db = DbOptions::from(database.options()).pool(|pool| pool.max_connections(3).test_before_acquire(true));
        let db = db.pool(|pool| pool.max_lifetime(None)).connect().await.expect("the server");
        let pool = db.pool().options();
        assert_eq!((pool.get_max_connections(), pool.get_test_before_acquire(), pool.get_max_lifetime()), (3, true, None));
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_an_error_at_once_and_none_lazily() {
    let closed = "postgres://nobody@127.0.0.1:1/none";
    let error = Db::<Postgres>::connect(closed)
        .await
        .expect_err("no server listens");
    assert!(
        matches!(&error, sqlx::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused),
        "{error}"
    );
    let error = Db::<MySql>::connect("mysql://nobody@127.0.0.1:1/none")
        .await
        .expect_err("no server listens");
    assert!(
        matches!(&error, sqlx::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused),
        "{error}"
    );

    let lazy = DbOptions::<Postgres>::from_url(closed)
        .expect("a URL")
        .connect_lazy()
        .expect("no server is asked");
    assert_eq!(lazy.pool().size(), 0);
}

/// Like a firewall that drops packets.
#[tokio::test]
async fn a_server_that_does_not_answer_is_an_error_in_time() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!(
        "postgres://nobody@{}/none",
        silent.local_addr().expect("it is bound")
    );
    let options = DbOptions::<Postgres>::from_url(&url)
        .expect("a URL")
        .pool(|pool| pool.acquire_timeout(Duration::from_millis(50)));
    let error = options.connect().await.expect_err("no server answers");
    assert_eq!(
        error.to_string(),
        "error communicating with database: the database did not answer within 50ms"
    );
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let error = DbOptions::<Sqlite>::from_url("sqlite::memory:")
        .expect("a URL")
        .connect_lazy()
        .expect_err("there is no runtime");
    assert!(error.to_string().contains("inside of one"), "{error}");
}

#[test]
fn a_url_of_another_database_is_refused_and_not_shown() {
    let error = DbOptions::<Postgres>::from_url("mysql://shop:hunter2@localhost/shop")
        .expect_err("of MySQL");
    assert_eq!(
        error.to_string(),
        "error with configuration: the database's URL cannot be read: it is not one of PostgreSQL, for example `postgres://shop@localhost/shop`"
    );
    for error in [
        DbOptions::<Postgres>::from_url("postgres://shop:hunter2/@localhost/shop")
            .expect_err("a slash"),
        DbOptions::<MySql>::from_url("mysql://shop:hunter2#@localhost/shop").expect_err("a hash"),
        DbOptions::<Sqlite>::from_url("mysql://shop:hunter2@localhost/shop").expect_err("of MySQL"),
        DbOptions::<Any>::from_url("shop-hunter2").expect_err("no URL"),
    ] {
        assert!(
            !format!("{error} {error:?}").contains("hunter2"),
            "{error:?}"
        );
    }
}
