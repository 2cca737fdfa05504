//! A fresh database for each test, so that tests can run in parallel: on a server that `tests/run`
//! started, or a file. It is dropped with its [`TestDatabase`], also when the test panics.

mod mysql;
mod own;
mod postgres;
mod sqlite;

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::pool::PoolOptions;
use sqlx::{Connection as _, Pool};

pub use self::own::{Own, OwnServer};
pub use self::sqlite::memory_pool;
use crate::proxy::Proxy;

/// The connect options of a `DB`.
pub type ConnectOptions<DB> = <<DB as sqlx::Database>::Connection as sqlx::Connection>::Options;

/// A kind of server that tests run against: `Postgres`, `MySql`, `Sqlite`.
pub trait Server: sqlx::Database {
    /// Keeps the database. Dropping it drops the database.
    type Home: Send + Sync;

    /// Creates an empty database.
    fn create() -> impl Future<Output = (Self::Home, ConnectOptions<Self>, String)> + Send;

    /// The address of the server.
    fn address(home: &Self::Home) -> SocketAddr;

    /// The same database at another address.
    fn at(options: &ConnectOptions<Self>, address: SocketAddr) -> ConnectOptions<Self>;

    /// Runs the statements of `sql` in one message.
    fn run(
        connection: &mut Self::Connection,
        sql: String,
    ) -> impl Future<Output = Result<u64, sqlx::Error>> + Send;

    /// The single integer that `sql` returns.
    fn integer(
        connection: &mut Self::Connection,
        sql: String,
    ) -> impl Future<Output = Result<i64, sqlx::Error>> + Send;

    /// An error unless a statement works on this connection and it is outside a transaction.
    fn probe(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// The transactions that are open in this database, as the server reports them, one line each.
    fn open_transactions(home: &Self::Home) -> impl Future<Output = Vec<String>> + Send;

    /// Takes the lock of a row (`accounts WHERE id = 1`) and releases it. SQLite has one lock for
    /// the whole database.
    fn lock(
        connection: &mut Self::Connection,
        row: &str,
        within: Duration,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

/// An empty database for one test.
#[derive(Debug)]
pub struct TestDatabase<DB: Server> {
    /// Dropped first, and drops the database.
    pub(crate) home: DB::Home,
    options: ConnectOptions<DB>,
    url: String,
}

impl<DB: Server> TestDatabase<DB> {
    /// Creates a database.
    pub async fn new() -> Self {
        let (home, options, url) = DB::create().await;
        Self { home, options, url }
    }

    /// Creates a database with `accounts (id, cents)`: two rows, 1 and 2, with 1000 cents each.
    pub async fn with_accounts() -> Self {
        let database = Self::new().await;
        database
            .run(
                "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL);
                 INSERT INTO accounts VALUES (1, 1000), (2, 1000)",
            )
            .await;
        database
    }

    /// The connect options of this database.
    #[must_use]
    pub fn options(&self) -> ConnectOptions<DB> {
        self.options.clone()
    }

    /// The URL of this database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the server, for a proxy.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        DB::address(&self.home)
    }

    /// A connection outside every pool.
    pub async fn connect(&self) -> DB::Connection {
        DB::Connection::connect_with(&self.options)
            .await
            .expect("the server takes connections")
    }

    /// A pool that connects on demand.
    #[must_use]
    pub fn pool(&self, options: PoolOptions<DB>) -> Pool<DB> {
        options.connect_lazy_with(self.options())
    }

    /// A pool whose connections go through `proxy`.
    #[must_use]
    pub fn pool_through(&self, proxy: &Proxy, options: PoolOptions<DB>) -> Pool<DB> {
        self.pool_at(proxy.address(), options)
    }

    /// A pool on the database of this name at another address: a proxy's, or a replica's.
    #[must_use]
    pub fn pool_at(&self, address: SocketAddr, options: PoolOptions<DB>) -> Pool<DB> {
        options.connect_lazy_with(DB::at(&self.options, address))
    }

    /// Runs statements on a connection of its own.
    pub async fn run(&self, sql: &str) {
        let mut connection = self.connect().await;
        DB::run(&mut connection, sql.to_owned())
            .await
            .expect("the statements of a test are right");
    }

    /// The single integer that `sql` returns on a connection of its own.
    pub async fn integer(&self, sql: &str) -> i64 {
        let mut connection = self.connect().await;
        DB::integer(&mut connection, sql.to_owned())
            .await
            .expect("the query of a test is right")
    }
}

/// The value of `TEST_.._URL`. Panics if it is not set, because a test without its server must not
/// count as passed.
fn url(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: run `tests/run`, which starts the servers, or set it to a server of yours"))
}

/// A name that no other test, process or run has.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the clock is right")
        .as_micros();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("test_{now}_{}_{count}", std::process::id())
}

/// Runs `work` to its end on a runtime of its own. For `Drop`, which cannot await.
fn finish<F: Future<Output = Result<(), sqlx::Error>>>(work: impl FnOnce() -> F + Send + 'static) {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async { tokio::time::timeout(Duration::from_secs(20), work()).await })
    });
    match thread.join() {
        Ok(Ok(Ok(()))) => {}
        // No panic: the test may be panicking already.
        failed => eprintln!("a test's database was not dropped: {failed:?}"),
    }
}

fn resolve(host: &str, port: u16) -> SocketAddr {
    let addresses = (host, port)
        .to_socket_addrs()
        .expect("the server's host has an address");
    addresses
        .into_iter()
        .next()
        .expect("the server's host has an address")
}
