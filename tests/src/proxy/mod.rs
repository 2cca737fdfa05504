//! A TCP proxy in front of a server: counts round trips, splits packets, and loses, delays or holds
//! back what a test names.
//!
//! It runs on a thread of its own, so that it goes on while the test's runtime blocks, ends or
//! waits to be polled. It sees whole messages, whatever the sizes in which the bytes arrive; what a
//! message is, [`wire`] knows.

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

/// A proxy; it ends, and closes all that went through it, when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Without it the proxy's thread ends.
    door: Option<Door>,
    thread: Option<JoinHandle<()>>,
}

/// What the test's thread and the proxy's both see.
#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    protocol: Protocol,
    state: Mutex<State>,
    /// Nothing gets through.
    silent: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    links: BTreeMap<usize, watch::Sender<Mode>>,
    accepted: usize,
    log: Log,
    rules: Vec<Rule>,
    split: Option<RangeInclusive<usize>>,
    /// How many of the next connections are reset as soon as they are made.
    reset_next: usize,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("no holder of the proxy's state panics")
    }

    /// Waits until something gets through.
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

    /// A proxy in front of the MySQL or MariaDB server at `upstream`. Clients are told that it has
    /// no TLS.
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
                // When this ends the runtime goes, and with it every link.
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

    /// Where clients connect to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on the client gets the server's bytes in pieces of these sizes, each in a packet of
    /// its own.
    pub fn split(&self, sizes: RangeInclusive<usize>) {
        self.shared.state().split = Some(sizes);
    }

    /// Ends [`split`](Self::split).
    pub fn join(&self) {
        self.shared.state().split = None;
    }

    /// Every present connection loses all that is sent, in both directions, and nobody is told. New
    /// connections work.
    pub fn black_hole(&self) {
        self.switch(Mode::Swallow);
    }

    /// The network is gone: nothing gets through on any connection, present or new, and nobody is
    /// told. What is sent meanwhile arrives when it is [back](Self::restore), as TCP sees to.
    pub fn silence(&self) {
        self.shared.silent.send_replace(true);
    }

    /// Closes every present connection, on both sides.
    pub fn cut(&self) {
        self.switch(Mode::Cut);
    }

    /// Resets every present connection, on both sides.
    pub fn reset(&self) {
        self.switch(Mode::Reset);
    }

    /// Accepts the next `count` connections and resets them: what a client sees of a server that is
    /// just ending.
    pub fn reset_next(&self, count: usize) {
        self.shared.state().reset_next = count;
    }

    /// New connections are refused, as where there is no server; the present ones go on.
    pub fn refuse(&self) {
        self.door().set_open(false);
    }

    /// Back to normal: everything gets through, in whole packets, new connections are taken, and no
    /// fault is to come. What a connection has lost stays lost, and what a trigger holds waits for
    /// it.
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

    /// Once, at the next message at `point`: `fault`. See [`Way`] for what the direction means.
    #[must_use]
    pub fn inject(&self, way: Way, point: Point, fault: Fault) -> Trigger {
        self.add(way, point, fault, Often::Once)
    }

    /// The same once on each connection, present and to come; each counts its own messages.
    #[must_use]
    pub fn inject_each(&self, way: Way, point: Point, fault: Fault) -> Trigger {
        self.add(way, point, fault, Often::EachConnection)
    }

    /// The same at every `n`-th message at `point`, on whichever connection: at each of them where
    /// `n` is 1.
    #[must_use]
    pub fn inject_every(&self, n: usize, way: Way, point: Point, fault: Fault) -> Trigger {
        self.add(way, point, fault, Often::Every(n))
    }

    /// Once, keeps back the next message at `point`, and all that follows it in its direction,
    /// until the trigger is released.
    #[must_use]
    pub fn hold(&self, way: Way, point: Point) -> Trigger {
        self.inject(way, point, Fault::Hold)
    }

    /// What went through so far.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.shared.state().log.messages.clone()
    }

    /// Runs `work`; what went through in the meantime, on all connections.
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
            // A panic there has been printed; a second one here would abort.
            drop(thread.join());
        }
    }
}
