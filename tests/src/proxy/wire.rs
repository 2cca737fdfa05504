//! What the proxy has to know of a protocol: where a message ends, what it is called, and which
//! answer belongs to it. A new protocol is a variant of [`Protocol`] and a type that implements
//! [`Framing`].

use std::fmt::Debug;
use std::net::SocketAddr;

use super::{Proxy, fault::Way, mysql, postgres};
use crate::servers::Server;

/// The protocols that the proxy understands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Protocol {
    Postgres,
    /// Less what the server could do by these flags, of which the client is not told.
    MySql {
        hidden: u32,
    },
}

impl Protocol {
    /// The state of one connection's conversation.
    pub(super) fn framing(self) -> Box<dyn Framing> {
        match self {
            Self::Postgres => Box::new(postgres::Postgres::default()),
            Self::MySql { hidden } => Box::new(mysql::MySql::hiding(hidden)),
        }
    }
}

/// A server that the proxy can be put in front of.
pub trait Proxied: Server {
    /// A proxy in front of the server at `upstream`.
    fn proxy(upstream: SocketAddr) -> Proxy;
}

impl Proxied for sqlx::Postgres {
    fn proxy(upstream: SocketAddr) -> Proxy {
        Proxy::postgres(upstream)
    }
}

impl Proxied for sqlx::MySql {
    fn proxy(upstream: SocketAddr) -> Proxy {
        Proxy::mysql(upstream)
    }
}

/// One connection's conversation; both directions go through it, in the order in which they were
/// read.
pub(super) trait Framing: Send + Debug {
    /// Takes the first message off `bytes`, if it is there in full.
    fn take(&mut self, way: Way, bytes: &mut Vec<u8>) -> Option<Packet>;
}

/// A message.
#[derive(Debug, Clone, Default)]
pub(super) struct Packet {
    /// As the protocol's manual calls it.
    pub(super) kind: &'static str,
    /// Of a statement its SQL, of an error its code.
    pub(super) text: String,
    /// What it tells the server to do with `text`.
    pub(super) task: Task,
    /// Whether the server answers it.
    pub(super) answered: bool,
    /// Of the client's: where its answer will be. Of the server's: where it is; none if it belongs
    /// to no answer.
    pub(super) place: Option<Place>,
    pub(super) bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Task {
    Prepare,
    Run,
    #[default]
    Other,
}

/// A place among a connection's answers. What comes later is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// How many answers come before.
    pub(super) turn: usize,
    /// How many results come before in this answer: one for each statement. [`Place::END`] is what
    /// ends the answer, with whatever results.
    pub(super) part: usize,
}

impl Place {
    pub(super) const END: usize = usize::MAX;
}

/// The first `length` bytes, if they are all there.
pub(super) fn cut(bytes: &mut Vec<u8>, length: usize, kind: &'static str) -> Option<Packet> {
    (bytes.len() >= length).then(|| Packet {
        kind,
        bytes: bytes.drain(..length).collect(),
        ..Packet::default()
    })
}

/// What a message says in letters.
pub(super) fn text(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}
