//! A TCP proxy in front of a server. It counts round trips, splits packets, and loses, delays or
//! holds the messages that a test names.
//!
//! It runs on a thread of its own, so that it works while the test's runtime blocks, ends or is not
//! polled. It sees whole messages, independent of the sizes in which the bytes arrive. The module
//! [`wire`] defines what a message is.

mod door;
mod fault;
mod link;
mod log;
mod mysql;
mod point;
mod postgres;
mod pump;
mod rule;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use tokio::sync::watch;

pub use self::fault::{Fault, Trigger, Way};
pub use self::log::{Counted, Message};
pub use self::point::Point;
pub use self::wire::Proxied;
use self::{door::Door, fault::Often, link::Mode, log::Log, rule::Rule, wire::Protocol};
use crate::servers::TestDatabase;

/// A proxy. When it is dropped, it ends and closes all of its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// When the door is dropped, the proxy's thread ends.
    door: Option<Door>,
    thread: Option<JoinHandle<()>>,
}

/// What the test's thread and the proxy's thread share.
#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    protocol: Protocol,
    state: Mutex<State>,
    /// True while nothing gets through.
    silent: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    links: BTreeMap<usize, watch::Sender<Mode>>,
    accepted: usize,
    log: Log,
    rules: Vec<Rule>,
    split: Option<RangeInclusive<usize>>,
    /// How many of the next connections are reset as soon as they are accepted.
    reset_next: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no holder of the proxy's state panics")
    }

    /// Waits until messages get through.
    async fn carries(&self) {
        drop(self.silent.subscribe().wait_for(|silent| !silent).await);
    }
}

impl State {
    fn forget(&mut self, link: usize) {
        self.links.remove(&link);
        self.rules.iter_mut().for_each(|rule| rule.forget(link));
    }
}

impl Proxy {
    /// A proxy in front of the PostgreSQL server at `upstream`.
    #[must_use]
    pub fn postgres(upstream: SocketAddr) -> Self {
        Self::start(upstream, Protocol::Postgres)
    }

    /// A proxy in front of the MySQL or MariaDB server at `upstream`. It hides TLS from the
    /// clients.
    #[must_use]
    pub fn mysql(upstream: SocketAddr) -> Self {
        Self::start(
            upstream,
            Protocol::MySql {
                hidden: mysql::UNKNOWN,
            },
        )
    }

    /// A proxy in front of this database's server.
    #[must_use]
    pub fn of<DB: Proxied>(database: &TestDatabase<DB>) -> Self {
        DB::proxy(database.address())
    }

    fn start(upstream: SocketAddr, protocol: Protocol) -> Self {
        let (door, orders) = Door::new().expect("the loopback has free ports");
        let address = door.address();
        let shared = Arc::new(Shared {
            upstream,
            protocol,
            state: Mutex::default(),
            silent: watch::Sender::new(false),
        });
        let here = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("proxy".into())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                // When this ends, the runtime is dropped, and with it every link.
                runtime.block_on(door::attend(orders, address, &here));
            });
        door.set_open(true);
        Self {
            address,
            shared,
            door: Some(door),
            thread: Some(thread.expect("a thread")),
        }
    }

    /// The address that clients connect to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on, the client gets the server's bytes in pieces of these sizes, each in a packet
    /// of its own.
    pub fn split(&self, sizes: RangeInclusive<usize>) {
        self.shared.state().split = Some(sizes);
    }

    /// Ends [`split`](Self::split).
    pub fn join(&self) {
        self.shared.state().split = None;
    }

    /// Every present connection loses all that is sent, in both directions, without an error. New
    /// connections work.
    pub fn black_hole(&self) {
        self.switch(Mode::Swallow);
    }

    /// The network is lost: nothing gets through on any connection, present or new, without an
    /// error. What is sent meanwhile arrives after [`restore`](Self::restore), as with TCP.
    pub fn silence(&self) {
        self.shared.silent.send_replace(true);
    }

    /// Closes every present connection on both sides.
    pub fn cut(&self) {
        self.switch(Mode::Cut);
    }

    /// Resets every present connection on both sides.
    pub fn reset(&self) {
        self.switch(Mode::Reset);
    }

    /// Accepts the next `count` connections and resets them, like a server that is shutting down.
    pub fn reset_next(&self, count: usize) {
        self.shared.state().reset_next = count;
    }

    /// Refuses new connections, as if no server listened. The present ones work.
    pub fn refuse(&self) {
        self.door().set_open(false);
    }

    /// Back to normal: everything gets through in whole packets, new connections are accepted, and
    /// all pending faults are removed. What a connection has lost stays lost. What a trigger holds
    /// stays held until it is released.
    pub fn restore(&self) {
        {
            let mut state = self.shared.state();
            state.reset_next = 0;
            state.split = None;
            state.rules.clear();
        }
        self.shared.silent.send_replace(false);
        self.door().set_open(true);
    }

    /// How many connections are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.state().links.len()
    }

    /// Causes `fault` once, at the next message at `point`. [`Way`] explains the direction.
    #[must_use]
    pub fn inject(&self, way: Way, point: Point, fault: Fault) -> Trigger {
        self.add(way, point, fault, Often::Once)
    }

    /// Causes `fault` once on each present and future connection. Each counts its own messages.
    #[must_use]
    pub fn inject_each(&self, way: Way, point: Point, fault: Fault) -> Trigger {
        self.add(way, point, fault, Often::EachConnection)
    }

    /// Causes `fault` at every `n`-th message at `point`, counted over all connections. With `n` =
    /// 1, at each message.
    #[must_use]
    pub fn inject_every(&self, n: usize, way: Way, point: Point, fault: Fault) -> Trigger {
        self.add(way, point, fault, Often::Every(n))
    }

    /// Holds the next message at `point`, and all that follows it in its direction, until the
    /// trigger is released.
    #[must_use]
    pub fn hold(&self, way: Way, point: Point) -> Trigger {
        self.inject(way, point, Fault::Hold)
    }

    /// What went through so far.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.shared.state().log.messages.clone()
    }

    /// Runs `work`, and returns what went through meanwhile on all connections.
    pub async fn count<T>(&self, work: impl AsyncFnOnce() -> T) -> Counted<T> {
        let before = self.shared.state().log.messages.len();
        let value = work().await;
        Counted {
            value,
            messages: self.shared.state().log.messages[before..].to_vec(),
        }
    }

    fn add(&self, way: Way, point: Point, fault: Fault, often: Often) -> Trigger {
        let (rule, trigger) = Rule::new(way, point, fault, often);
        self.shared.state().rules.push(rule);
        trigger
    }

    fn door(&self) -> &Door {
        self.door
            .as_ref()
            .expect("it is there until the proxy is dropped")
    }

    fn switch(&self, mode: Mode) {
        for link in self.shared.state().links.values() {
            link.send_replace(mode);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.door.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has already been printed. A second panic here would abort.
            drop(thread.join());
        }
    }
}
