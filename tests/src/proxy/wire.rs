//! What the proxy needs to know of a protocol: where a message ends, its name, and which answer
//! belongs to it. A new protocol is a variant of [`Protocol`] and a type that implements
//! [`Framing`].

use std::fmt::Debug;
use std::net::SocketAddr;

use super::{Proxy, fault::Way, mysql, postgres};
use crate::servers::Server;

/// The protocols that the proxy understands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Protocol {
    Postgres,
    /// The `hidden` capabilities of the server are not shown to the client.
    MySql {
        hidden: u32,
    },
}

impl Protocol {
    /// The initial state of a connection's conversation.
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

/// The conversation of one connection. It gets both directions in the order in which the proxy
/// reads them.
pub(super) trait Framing: Send + Debug {
    /// Takes the first message off `bytes`, if it is complete.
    fn take(&mut self, way: Way, bytes: &mut Vec<u8>) -> Option<Packet>;
}

/// A message.
#[derive(Debug, Clone, Default)]
pub(super) struct Packet {
    /// Its name in the protocol's manual.
    pub(super) kind: &'static str,
    /// The SQL of a statement, or the code of an error.
    pub(super) text: String,
    /// What the message tells the server to do with `text`.
    pub(super) task: Task,
    /// Whether the server answers it.
    pub(super) answered: bool,
    /// For a message of the client, the place of its answer. For a message of the server, its own
    /// place, or none if it belongs to no answer.
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

/// A place among the answers of a connection. Later places are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// How many answers come before.
    pub(super) turn: usize,
    /// How many results of this answer come before. Each statement has one. [`Place::END`] is the
    /// end of the answer.
    pub(super) part: usize,
}

impl Place {
    pub(super) const END: usize = usize::MAX;
}

/// The first `length` bytes, if they have all arrived.
pub(super) fn cut(bytes: &mut Vec<u8>, length: usize, kind: &'static str) -> Option<Packet> {
    (bytes.len() >= length).then(|| Packet {
        kind,
        bytes: bytes.drain(..length).collect(),
        ..Packet::default()
    })
}

/// The bytes as text.
pub(super) fn text(bytes: Option<&[u8]>) -> String {
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}
