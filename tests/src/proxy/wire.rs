//! What the proxy has to know of a protocol: where a message ends, what it is called, and which answer belongs to it.
//! A new protocol is a variant of [`Protocol`] and a type that implements [`Framing`].

use std::fmt::Debug;

use super::{fault::Way, postgres};

/// The protocols that the proxy understands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Protocol {
    Postgres,
}

impl Protocol {
    /// The state of one connection's conversation.
    pub(super) fn framing(self) -> Box<dyn Framing> {
        match self {
            Self::Postgres => Box::new(postgres::Postgres::default()),
        }
    }
}

/// One connection's conversation; both directions go through it, in the order in which they were read.
pub(super) trait Framing: Send + Debug {
    /// Takes the first message off `bytes`, if it is there in full.
    fn take(&mut self, way: Way, bytes: &mut Vec<u8>) -> Option<Packet>;
}

/// A message.
#[derive(Debug, Clone, Default)]
pub(super) struct Packet {
    /// As the protocol's manual calls it.
    pub(super) kind: &'static str,
    /// Of a statement its SQL, of an error its SQLSTATE.
    pub(super) text: String,
    /// Whether the server will run `text`.
    pub(super) runs: bool,
    /// Of the client's: how many answers come before its own. Of the server's: how many answers have been completed.
    pub(super) turn: usize,
    pub(super) bytes: Vec<u8>,
}
