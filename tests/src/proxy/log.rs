//! What went through the proxy, and how many round trips it took.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{
    fault::Way,
    wire::{Packet, Task},
};

/// A message that went through, or that was lost by a fault.
#[derive(Debug, Clone)]
pub struct Message {
    /// The number of the connection. The first is 0.
    pub link: usize,
    /// Its direction.
    pub way: Way,
    /// The name in the protocol's manual: `Query`, `Parse`, `ReadyForQuery`, `COM_QUERY`, `Row`,
    /// `OK`.
    pub kind: &'static str,
    /// The SQL of a statement. PostgreSQL: the SQLSTATE of an error, the tag of `CommandComplete`.
    /// MySQL: the number of an error; for `OK` and `EOF`, `T` if the connection is in a transaction
    /// and `I` if not.
    pub text: String,
    /// The number of its flight. One flight is all that a client sends before the server's next
    /// byte.
    pub flight: usize,
    /// Whether the server runs `text`.
    pub runs: bool,
    /// Whether the server answers this message of the client. It does not answer `Terminate` and
    /// `COM_STMT_CLOSE`.
    pub answered: bool,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = if self.way == Way::ToServer { '>' } else { '<' };
        write!(
            f,
            "{} {} {arrow} {} {}",
            self.link, self.flight, self.kind, self.text
        )
    }
}

/// A value, and the messages that were exchanged while it was computed.
#[derive(Debug)]
pub struct Counted<T> {
    /// The result of the work.
    pub value: T,
    /// What went through, in the order in which the proxy read it.
    pub messages: Vec<Message>,
}

impl<T> Counted<T> {
    /// The kinds of the client's messages, by flight:
    /// `["Query"], ["Bind", "Execute", "Close", "Sync"]`.
    #[must_use]
    pub fn flights(&self) -> Vec<Vec<&'static str>> {
        by_flight(self.sent())
    }

    /// How many round trips the work took, without [`pings`](Self::pings). sqlx sends a ping in the
    /// background when a connection returns to its pool, so whether it is counted would depend on
    /// timing.
    #[must_use]
    pub fn round_trips(&self) -> usize {
        self.asked().len() - self.pings()
    }

    /// How many flights were only a ping.
    #[must_use]
    pub fn pings(&self) -> usize {
        self.asked()
            .iter()
            .filter(|flight| matches!(flight.as_slice(), ["Sync" | "COM_PING"]))
            .count()
    }

    /// The SQL that the server was told to run, in order.
    #[must_use]
    pub fn statements(&self) -> Vec<&str> {
        self.sent()
            .filter(|message| message.runs)
            .map(|message| message.text.as_str())
            .collect()
    }

    /// The client's flights, without messages that the server does not answer.
    fn asked(&self) -> Vec<Vec<&'static str>> {
        by_flight(self.sent().filter(|message| message.answered))
    }

    fn sent(&self) -> impl Iterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| message.way == Way::ToServer)
    }
}

fn by_flight<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<Vec<&'static str>> {
    let mut flights = BTreeMap::<_, Vec<_>>::new();
    for message in messages {
        flights
            .entry(message.flight)
            .or_default()
            .push(message.kind);
    }
    flights.into_values().collect()
}

#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) messages: Vec<Message>,
    flights: usize,
    /// The links that wait for the server. What they send belongs to the current flight.
    sending: BTreeSet<(usize, usize)>,
}

impl Log {
    pub(super) fn add(&mut self, link: usize, way: Way, packet: &Packet) {
        let under_way = self.sending.iter().find(|(of, _)| *of == link).copied();
        let flight = match (way, under_way) {
            (Way::ToServer, Some((_, flight))) => flight,
            (Way::ToServer, None) => {
                self.flights += 1;
                self.sending.insert((link, self.flights));
                self.flights
            }
            (Way::ToClient, Some(ended)) => {
                self.sending.remove(&ended);
                ended.1
            }
            (Way::ToClient, None) => self.flights,
        };
        let Packet {
            kind,
            text,
            answered,
            ..
        } = packet;
        let runs = packet.task == Task::Run;
        self.messages.push(Message {
            link,
            way,
            kind,
            text: text.clone(),
            flight,
            runs,
            answered: *answered,
        });
    }
}
