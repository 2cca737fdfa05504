//! A server that a test starts for itself, and may kill, stop and start again: PostgreSQL or
//! MariaDB on a loopback port with a data directory of its own, alone or as a replica. It ends when
//! it is dropped, also by a panic, and when the test's process ends in any way.

mod mysql;
mod postgres;
mod process;
mod programs;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::Connection as _;
use tempfile::TempDir;

use self::process::{Pause, Process};
use super::{ConnectOptions, Server, TestDatabase};

/// How long a server may take to start, recovery included.
const PATIENCE: Duration = Duration::from_mins(1);

/// A database system of which tests can start a server.
pub trait Own: Server {
    /// Creates the files of a new server.
    fn initialise(directory: &Path) -> Command;

    /// Creates the files of a server that follows the one at `primary`.
    fn copy(directory: &Path, primary: u16) -> Command;

    /// The statement, if any, that makes a new server follow the one at that port.
    fn follow(primary: u16) -> Option<String>;

    /// The statement that stops or resumes the replay on a replica.
    fn replays(goes_on: bool) -> &'static str;

    /// Runs the server. What it has acknowledged survives SIGKILL.
    fn serve(directory: &Path, port: u16) -> Command;

    /// The text of its log that says that it accepts connections.
    const READY: &str;

    /// The URL of its administrator's database.
    fn own_url(port: u16) -> String;

    /// Removes what a killed server leaves behind outside its directory.
    fn clean_up(_: &Path) {}

    /// Ends every other connection on the server.
    fn terminate_others(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Creates an empty database on the server at `url`. `dropped`: whether it is dropped with its
    /// [`TestDatabase`]. A server of the test's own takes the database with it.
    fn create_at(
        url: &str,
        dropped: bool,
    ) -> impl Future<Output = (Self::Home, ConnectOptions<Self>, String)> + Send;
}

impl<DB: Own> TestDatabase<DB> {
    /// Creates a database on a server of the test's own. It is dropped with the server.
    pub async fn on(server: &OwnServer<DB>) -> Self {
        let (home, options, url) = DB::create_at(server.url(), false).await;
        Self { home, options, url }
    }
}

/// A server of the test's own.
#[derive(Debug)]
pub struct OwnServer<DB: Own> {
    pause: Option<Pause>,
    /// `None` if the server was killed.
    process: Option<Process>,
    port: u16,
    url: String,
    directory: TempDir,
    database: PhantomData<DB>,
}

impl<DB: Own> OwnServer<DB> {
    /// Starts a new server without data, and waits until it accepts connections.
    pub async fn start() -> Self {
        Self::start_with(DB::initialise).await
    }

    /// Starts a replica of this server. What is committed here appears there a moment later.
    pub async fn start_replica(&self) -> Self {
        let replica = Self::start_with(|directory| DB::copy(directory, self.port)).await;
        if let Some(follow) = DB::follow(self.port) {
            replica.run(&follow).await;
        }
        replica
    }

    async fn start_with(files: impl FnOnce(&Path) -> Command) -> Self {
        let directory = programs::directory();
        let mut initialise = Process::start(files(directory.path())).expect("`setpriv` was found");
        let made = initialise
            .ended()
            .await
            .is_some_and(|status| status.success());
        assert!(
            made,
            "{}: the files of a new server: {}",
            DB::NAME,
            said(directory.path())
        );
        for _ in 0..20 {
            let port = free_port();
            if let Some(process) = serve::<DB>(directory.path(), port).await {
                return Self {
                    pause: None,
                    process: Some(process),
                    port,
                    url: DB::own_url(port),
                    directory,
                    database: PhantomData,
                };
            }
        }
        panic!("{} found no free port", DB::NAME)
    }

    /// The address of the server, running or not.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The URL of its administrator's database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The connect options of its administrator's database.
    #[must_use]
    pub fn options(&self) -> ConnectOptions<DB> {
        self.url.parse().expect("it is a URL of ours")
    }

    /// Sends SIGKILL to all of its processes, like a power failure that keeps the file system. The
    /// port is closed when this returns.
    pub async fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().await;
        }
        self.pause = None;
    }

    /// Starts the server again with its data at the same address, and waits until it accepts
    /// connections.
    pub async fn start_again(&mut self) {
        self.kill().await;
        self.process = serve::<DB>(self.directory.path(), self.port).await;
        assert!(
            self.process.is_some(),
            "{}: port {} was taken meanwhile",
            DB::NAME,
            self.port
        );
    }

    /// Sends SIGSTOP to all of its processes until [`resume`](Self::resume). The kernel accepts
    /// connections, and nothing answers.
    pub fn pause(&mut self) {
        let process = self.process.as_ref().expect("it runs");
        self.pause
            .get_or_insert_with(|| process.pause().expect("there is a shell"));
    }

    /// Resumes the server.
    pub fn resume(&mut self) {
        self.pause = None;
    }

    /// Whether a replica shows what it receives. It receives in any case.
    pub async fn replay(&self, goes_on: bool) {
        self.run(DB::replays(goes_on)).await;
    }

    async fn run(&self, sql: &str) {
        let mut connection = DB::Connection::connect_with(&self.options())
            .await
            .expect("the server takes connections");
        DB::run(&mut connection, sql.to_owned())
            .await
            .expect("its administrator may");
        connection.close().await.ok();
    }

    /// Ends all connections on the server. The clients do not know it yet.
    pub async fn terminate_backends(&self) {
        let mut connection = DB::Connection::connect_with(&self.options())
            .await
            .expect("the server takes connections");
        DB::terminate_others(&mut connection)
            .await
            .expect("its administrator may end connections");
        connection.close().await.ok();
    }
}

impl<DB: Own> Drop for OwnServer<DB> {
    fn drop(&mut self) {
        self.process = None;
        DB::clean_up(self.directory.path());
    }
}

/// Runs a server until it accepts connections. Returns `None` if the port is taken.
async fn serve<DB: Own>(directory: &Path, port: u16) -> Option<Process> {
    std::fs::write(programs::log(directory), "").expect("the directory is ours");
    let process = Process::start(DB::serve(directory, port)).expect("`setpriv` was found");
    let options: ConnectOptions<DB> = DB::own_url(port).parse().expect("it is a URL of ours");
    let started = Instant::now();
    loop {
        // Another server may listen at this port, and this one may be about to say so.
        if said(directory).contains(DB::READY)
            && let Ok(connection) = DB::Connection::connect_with(&options).await
        {
            connection.close().await.ok();
            return Some(process);
        }
        if let Some(status) = process.status() {
            let said = said(directory);
            assert!(
                said.to_lowercase().contains("address already in use"),
                "{} ended with {status}: {said}",
                DB::NAME
            );
            return None;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "{} does not get ready: {}",
            DB::NAME,
            said(directory)
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn said(directory: &Path) -> String {
    std::fs::read_to_string(programs::log(directory)).unwrap_or_default()
}

/// Below the range from which the kernel takes ports for outgoing connections, so that the port is
/// still free when the server comes back.
fn free_port() -> u16 {
    loop {
        let port = rand::random_range(16_384..32_768);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
