//! A fresh database for each test, so that tests run side by side: on the servers that `tests/run`
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

/// How to connect to a `DB`.
pub type ConnectOptions<DB> = <<DB as sqlx::Database>::Connection as sqlx::Connection>::Options;

/// A kind of server that tests run against: `Postgres`, `MySql`, `Sqlite`.
pub trait Server: sqlx::Database {
    /// Keeps the database; dropping it drops the database.
    type Home: Send + Sync;

    /// Makes an empty database.
    fn create() -> impl Future<Output = (Self::Home, ConnectOptions<Self>, String)> + Send;

    /// Where the server is.
    fn address(home: &Self::Home) -> SocketAddr;

    /// The same database, reached through another address.
    fn at(options: &ConnectOptions<Self>, address: SocketAddr) -> ConnectOptions<Self>;

    /// Runs the statements of `sql` in one message.
    fn run(
        connection: &mut Self::Connection,
        sql: String,
    ) -> impl Future<Output = Result<u64, sqlx::Error>> + Send;

    /// The single integer that `sql` answers with.
    fn integer(
        connection: &mut Self::Connection,
        sql: String,
    ) -> impl Future<Output = Result<i64, sqlx::Error>> + Send;

    /// An error unless a statement works on this connection and it is outside a transaction.
    fn probe(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// The transactions that are open in this database, as the server sees them; one line each.
    fn open_transactions(home: &Self::Home) -> impl Future<Output = Vec<String>> + Send;

    /// Takes the lock of a row (`accounts WHERE id = 1`) and lets it go again; SQLite has one lock
    /// for all.
    fn lock(
        connection: &mut Self::Connection,
        row: &str,
        within: Duration,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

/// An empty database, for one test.
#[derive(Debug)]
pub struct TestDatabase<DB: Server> {
    /// Dropped first: with it goes the database.
    pub(crate) home: DB::Home,
    options: ConnectOptions<DB>,
    url: String,
}

impl<DB: Server> TestDatabase<DB> {
    /// Makes one.
    pub async fn new() -> Self {
        let (home, options, url) = DB::create().await;
        Self { home, options, url }
    }

    /// Makes one with `accounts (id, cents)`: two rows, 1 and 2, with 1000 each.
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

    /// How to connect to it.
    #[must_use]
    pub fn options(&self) -> ConnectOptions<DB> {
        self.options.clone()
    }

    /// How to connect to it, for what takes a URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the server is, for a proxy.
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

    /// A pool on it; connects when it has to.
    #[must_use]
    pub fn pool(&self, options: PoolOptions<DB>) -> Pool<DB> {
        options.connect_lazy_with(self.options())
    }

    /// A pool on it whose connections go through `proxy`.
    #[must_use]
    pub fn pool_through(&self, proxy: &Proxy, options: PoolOptions<DB>) -> Pool<DB> {
        self.pool_at(proxy.address(), options)
    }

    /// A pool on the database of this name that is at another address: through a proxy, or on a
    /// replica.
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

    /// The single integer that `sql` answers with, on a connection of its own: what others see.
    pub async fn integer(&self, sql: &str) -> i64 {
        let mut connection = self.connect().await;
        DB::integer(&mut connection, sql.to_owned())
            .await
            .expect("the query of a test is right")
    }
}

/// What `TEST_.._URL` says; a test without its server has not passed, so its absence is no reason
/// to skip.
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

/// Runs `work` to its end on a runtime of its own, from `Drop`, where nothing can be awaited.
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
        // Not a panic: one may be under way already.
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
