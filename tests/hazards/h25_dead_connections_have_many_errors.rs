//! H25: a server that cannot be reached is `PoolTimedOut` and not `Io`, because the pool retries
//! until its timeout. After a server has ended an idle connection, the next BEGIN on it fails with
//! 57P01 on PostgreSQL, a database error like that of a wrong statement. On MariaDB it gets no
//! answer.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use sqlx::{MySql, Pool, Postgres};
use sqlx_transactional::{Class, Driver};
use tests::servers::{Server, TestDatabase};

use crate::accounts::{cents, code, debit, options};

on! { [postgres mysql]
    by_hand: many_errors;
    through_us_unreachable: has_a_class;
    through_us: is_replaced;
}

trait Ends: Server {
    async fn end_all(database: &TestDatabase<Self>);

    /// Whether this is the error of BEGIN on a connection that the server has ended.
    fn is_the_end(error: &sqlx::Error) -> bool;
}

impl Ends for Postgres {
    async fn end_all(database: &TestDatabase<Self>) {
        database.terminate_all().await;
    }

    fn is_the_end(error: &sqlx::Error) -> bool {
        error.as_database_error().is_some() && code(error) == "57P01"
    }
}

impl Ends for MySql {
    async fn end_all(database: &TestDatabase<Self>) {
        database.terminate_all().await;
    }

    fn is_the_end(error: &sqlx::Error) -> bool {
        // The kind depends on what is still in the socket.
        matches!(error, sqlx::Error::Io(error) if [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset, ErrorKind::BrokenPipe].contains(&error.kind()))
    }
}

/// An address at which no server listens.
fn nowhere() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("the loopback has free ports")
}

fn unreachable<DB: Server>(database: &TestDatabase<DB>) -> Pool<DB> {
    options(1)
        .acquire_timeout(Duration::from_millis(200))
        .connect_lazy_with(DB::at(&database.options(), nowhere()))
}

async fn terminated<DB: Ends>(database: &TestDatabase<DB>) -> Pool<DB> {
    let pool = database.pool(options(1));
    drop(pool.acquire().await.unwrap());
    while pool.num_idle() == 0 {
        tokio::task::yield_now().await;
    }
    DB::end_all(database).await;
    pool
}

async fn many_errors<DB: Ends>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let error = unreachable(&database)
        .begin()
        .await
        .expect_err("no server listens");
    assert!(
        matches!(error, sqlx::Error::PoolTimedOut),
        "the hazard: not {error:?}"
    );

    let error = terminated(&database)
        .await
        .begin()
        .await
        .expect_err("the hazard: the pool did not notice");
    assert!(DB::is_the_end(&error), "{error:?}");
}

async fn has_a_class<DB: Server + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let error = debit(&unreachable(&database))
        .await
        .expect_err("no server listens");
    assert_eq!(Class::of(&error), Class::PoolTimeout, "{error:?}");
}

async fn is_replaced<DB: Ends + Driver>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    debit(&terminated(&database).await)
        .await
        .expect("the connection is replaced");
    assert_eq!(cents(&database).await, 900);
}
