//! A TCP proxy in front of a server: counts round trips, splits packets, and loses, delays or holds back what a test names.
//!
//! It runs on a thread of its own, so that it goes on while the test's runtime blocks, ends or waits to be polled. It sees
//! whole messages, whatever the sizes in which the bytes arrive; what a message is, [`wire`] knows.

mod fault;
mod link;
mod log;
mod postgres;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

pub use self::fault::{Fault, Point, Trigger, Way};
pub use self::log::{Counted, Message};
use self::{fault::Rule, link::Mode, log::Log, wire::Protocol};

/// A proxy; it ends, and closes all that went through it, when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the test's thread and the proxy's both see.
#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    protocol: Protocol,
    state: Mutex<State>,
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
        self.state.lock().expect("no holder of the proxy's state panics")
    }
}

impl Proxy {
    /// A proxy in front of the PostgreSQL server at `upstream`.
    #[must_use]
    pub fn postgres(upstream: SocketAddr) -> Self {
        Self::start(upstream, Protocol::Postgres)
    }

    fn start(upstream: SocketAddr, protocol: Protocol) -> Self {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("the loopback has free ports");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("a socket");
        let shared = Arc::new(Shared { upstream, protocol, state: Mutex::default() });
        let (stop, stopped) = oneshot::channel();
        let here = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("proxy".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("a socket");
                // When this ends the runtime goes, and with it every link.
                tokio::select! {
                    () = link::accept(&listener, &here) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { address, shared, stop: Some(stop), thread: Some(thread.expect("a thread")) }
    }

    /// Where clients connect to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on the client gets the server's bytes in pieces of these sizes, each in a packet of its own.
    pub fn split(&self, sizes: RangeInclusive<usize>) {
        self.shared.state().split = Some(sizes);
    }

    /// Ends [`split`](Self::split).
    pub fn join(&self) {
        self.shared.state().split = None;
    }

    /// Every present connection loses all that is sent, in both directions, and nobody is told. New connections work.
    pub fn black_hole(&self) {
        self.switch(Mode::Swallow);
    }

    /// Closes every present connection, on both sides.
    pub fn cut(&self) {
        self.switch(Mode::Cut);
    }

    /// Resets every present connection, on both sides.
    pub fn reset(&self) {
        self.switch(Mode::Reset);
    }

    /// Accepts the next `count` connections and resets them: what a client sees of a server that is just ending.
    pub fn reset_next(&self, count: usize) {
        self.shared.state().reset_next = count;
    }

    /// How many connections are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.state().links.len()
    }

    /// Once, at the next message at `point`: `fault`. See [`Way`] for what the direction means.
    #[must_use]
    pub fn inject(&self, way: Way, point: Point, fault: Fault) -> Trigger {
        let (rule, trigger) = fault::rule(way, point, fault);
        self.shared.state().rules.push(rule);
        trigger
    }

    /// Once, keeps back the next message at `point`, and all that follows it in its direction, until the trigger is released.
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
        Counted { value, messages: self.shared.state().log.messages[before..].to_vec() }
    }

    fn switch(&self, mode: Mode) {
        for link in self.shared.state().links.values() {
            link.send_replace(mode);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed; a second one here would abort.
            drop(thread.join());
        }
    }
}
