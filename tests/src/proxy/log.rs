//! What went through, and how many round trips it took.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{
    fault::Way,
    wire::{Packet, Task},
};

/// A message that went through, or would have.
#[derive(Debug, Clone)]
pub struct Message {
    /// Which connection; the first is 0.
    pub link: usize,
    /// In which direction.
    pub way: Way,
    /// As the protocol's manual calls it: `Query`, `Parse`, `ReadyForQuery`, `COM_QUERY`, `Row`,
    /// `OK`.
    pub kind: &'static str,
    /// Of a statement its SQL. PostgreSQL: of an error its SQLSTATE, of `CommandComplete` the tag.
    /// MySQL: of an error its number, of `OK` and `EOF` whether the connection is in a transaction,
    /// `T`, or not, `I`.
    pub text: String,
    /// The flight it belongs to: what a client sends before the server's next byte is one flight.
    pub flight: usize,
    /// Whether the server runs `text`.
    pub runs: bool,
    /// Whether it is one of the client's that the server answers: to `Terminate` and
    /// `COM_STMT_CLOSE` it says nothing.
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

/// A value, and the messages that were exchanged while it was made.
#[derive(Debug)]
pub struct Counted<T> {
    /// What the work returned.
    pub value: T,
    /// What went through, in the order in which the proxy read it.
    pub messages: Vec<Message>,
}

impl<T> Counted<T> {
    /// The client's kinds of messages, by flight:
    /// `["Query"], ["Bind", "Execute", "Close", "Sync"]`.
    #[must_use]
    pub fn flights(&self) -> Vec<Vec<&'static str>> {
        by_flight(self.sent())
    }

    /// How many round trips it took, without [`pings`](Self::pings): sqlx sends one in the
    /// background whenever a connection goes back to its pool, and whether that falls into the
    /// count is chance.
    #[must_use]
    pub fn round_trips(&self) -> usize {
        self.asked().len() - self.pings()
    }

    /// How many flights only asked whether the server is there.
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

    /// The flights that somebody waits for, of what is answered.
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
    /// The links that wait for the server: what they send belongs to the flight that is under way.
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
