//! The packets of MySQL and MariaDB,
//! <https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html> and
//! <https://mariadb.com/kb/en/clientserver-protocol/>. The kind of a server packet depends on the
//! command, which [`Answer`] keeps track of.

mod answer;

use std::collections::{HashMap, VecDeque};

use self::answer::Answer;
use super::{
    fault::Way,
    wire::{Framing, Packet, Place, Task, cut, text},
};

const COMPRESS: u32 = 1 << 5;
const LOCAL_FILES: u32 = 1 << 7;
const SSL: u32 = 1 << 11;
pub(super) const DEPRECATE_EOF: u32 = 1 << 24;
const OPTIONAL_RESULTSET_METADATA: u32 = 1 << 25;
const ZSTD_COMPRESSION: u32 = 1 << 26;
const QUERY_ATTRIBUTES: u32 = 1 << 27;
/// Capabilities that would change the rest of the conversation, such as TLS. The proxy tells the
/// client that the server does not have them.
pub(super) const UNKNOWN: u32 = COMPRESS
    | LOCAL_FILES
    | SSL
    | OPTIONAL_RESULTSET_METADATA
    | ZSTD_COMPRESSION
    | QUERY_ATTRIBUTES;

/// Three bytes of length and one of sequence.
const HEADER: usize = 4;
/// The longest packet. Longer messages continue in the next packet.
const FULL: usize = 0xff_ff_ff;

#[derive(Debug)]
pub(super) struct MySql {
    hidden: u32,
    /// The flags that the server offers. Later, the flags that the client accepts.
    flags: u32,
    /// The SQL of each prepared statement.
    prepared: HashMap<u32, String>,
    /// The commands that are not answered yet. The login is the first.
    asked: VecDeque<Asked>,
    /// How many answers are complete.
    answered: usize,
    /// How many results the current answer has had so far.
    part: usize,
}

#[derive(Debug)]
struct Asked {
    /// What the server's next packet is.
    answer: Answer,
    sql: String,
}

impl MySql {
    /// Hides these flags of the server from the client.
    pub(super) fn hiding(hidden: u32) -> Self {
        let asked = VecDeque::from([Asked {
            answer: Answer::Greeting,
            sql: String::new(),
        }]);
        Self {
            hidden,
            flags: 0,
            prepared: HashMap::new(),
            asked,
            answered: 0,
            part: 0,
        }
    }
}

impl Framing for MySql {
    fn take(&mut self, way: Way, bytes: &mut Vec<u8>) -> Option<Packet> {
        let mut packet = cut(bytes, length(bytes)?, "Unknown")?;
        let login = self
            .asked
            .front()
            .is_some_and(|asked| matches!(asked.answer, Answer::Greeting | Answer::Login));
        match way {
            Way::ToServer if login => self.login(&mut packet),
            Way::ToServer => self.command(&mut packet),
            Way::ToClient => self.answer(&mut packet),
        }
        Some(packet)
    }
}

impl MySql {
    fn login(&mut self, packet: &mut Packet) {
        packet.answered = true;
        packet.place = Some(Place {
            turn: self.answered,
            part: 0,
        });
        // The answer to the greeting has the sequence number 1.
        packet.kind = if packet.bytes[3] == 1 {
            "HandshakeResponse"
        } else {
            "AuthResponse"
        };
        if packet.kind == "HandshakeResponse" {
            self.flags &= number(&packet.bytes, HEADER, 4);
        }
    }

    fn command(&mut self, packet: &mut Packet) {
        let payload = payload(&packet.bytes);
        let (kind, answer) = command(payload.first().copied());
        let id = number(payload, 1, 4);
        (packet.task, packet.text) = match kind {
            "COM_QUERY" => (Task::Run, text(payload.get(1..))),
            "COM_STMT_PREPARE" => (Task::Prepare, text(payload.get(1..))),
            "COM_STMT_EXECUTE" => (
                Task::Run,
                self.prepared.get(&id).cloned().unwrap_or_default(),
            ),
            "COM_STMT_CLOSE" => (Task::Other, self.prepared.remove(&id).unwrap_or_default()),
            _ => (Task::Other, String::new()),
        };
        packet.kind = kind;
        packet.answered = answer.is_some();
        packet.place = Some(Place {
            turn: self.answered + self.asked.len(),
            part: 0,
        });
        self.asked.extend(answer.map(|answer| Asked {
            answer,
            sql: packet.text.clone(),
        }));
    }

    fn answer(&mut self, packet: &mut Packet) {
        let Some(asked) = self.asked.front_mut() else {
            // The server sends this without a command: it ends the connection, and says why.
            let goodbye = Answer::Status.step(payload(&packet.bytes), self.flags);
            (packet.kind, packet.text) = (goodbye.kind, goodbye.text);
            return;
        };
        if asked.answer == Answer::Greeting {
            self.flags = offer(&mut packet.bytes, self.hidden);
        }
        let payload = payload(&packet.bytes);
        let step = asked.answer.step(payload, self.flags);
        (packet.kind, packet.text) = (step.kind, step.text);
        if packet.kind == "COM_STMT_PREPARE_OK" {
            self.prepared
                .insert(number(payload, 1, 4), std::mem::take(&mut asked.sql));
        }
        let part = if step.next.is_some() {
            self.part
        } else {
            Place::END
        };
        packet.place = Some(Place {
            turn: self.answered,
            part,
        });
        if let Some(next) = step.next {
            asked.answer = next;
            self.part += usize::from(next == Answer::Result);
        } else {
            self.asked.pop_front();
            self.answered += 1;
            self.part = 0;
        }
    }
}

/// The name of a command, and how its answer begins. `None` if there is no answer.
fn command(byte: Option<u8>) -> (&'static str, Option<Answer>) {
    match byte {
        Some(0x01) => ("COM_QUIT", None),
        Some(0x02) => ("COM_INIT_DB", Some(Answer::Status)),
        Some(0x03) => ("COM_QUERY", Some(Answer::Result)),
        Some(0x0e) => ("COM_PING", Some(Answer::Status)),
        Some(0x11) => ("COM_CHANGE_USER", Some(Answer::Login)),
        Some(0x16) => ("COM_STMT_PREPARE", Some(Answer::Prepared)),
        Some(0x17) => ("COM_STMT_EXECUTE", Some(Answer::Result)),
        Some(0x18) => ("COM_STMT_SEND_LONG_DATA", None),
        Some(0x19) => ("COM_STMT_CLOSE", None),
        Some(0x1a) => ("COM_STMT_RESET", Some(Answer::Status)),
        Some(0x1b) => ("COM_SET_OPTION", Some(Answer::Status)),
        Some(0x1c) => ("COM_STMT_FETCH", Some(Answer::Rows)),
        Some(0x1f) => ("COM_RESET_CONNECTION", Some(Answer::Status)),
        _ => ("Unknown", Some(Answer::Status)),
    }
}

/// Hides flags in the server's greeting. Returns the remaining flags.
fn offer(greeting: &mut [u8], hidden: u32) -> u32 {
    // Protocol version, server version as a string, connection id, eight bytes of the password
    // salt, a zero; the lower half of the flags; collation, status; the upper half.
    let version = payload(greeting)
        .iter()
        .skip(1)
        .position(|byte| *byte == 0)
        .unwrap_or_default();
    let low = HEADER + 1 + version + 1 + 4 + 8 + 1;
    let mut flags = 0;
    for (shift, at) in [(0, low), (8, low + 1), (16, low + 5), (24, low + 6)] {
        if let Some(byte) = greeting.get_mut(at) {
            *byte &= !hidden.to_le_bytes()[shift / 8];
            flags |= u32::from(*byte) << shift;
        }
    }
    flags
}

/// The length of the whole message, if its end has arrived.
fn length(bytes: &[u8]) -> Option<usize> {
    let mut end = 0;
    loop {
        let length = bytes
            .get(end..end + 3)
            .map(|three| number(three, 0, 3) as usize)?;
        end += HEADER + length;
        if length < FULL {
            return Some(end);
        }
    }
}

/// What follows the header. For a message of several packets, that of the first packet.
fn payload(message: &[u8]) -> &[u8] {
    message
        .get(HEADER..)
        .map_or(&[], |rest| &rest[..rest.len().min(FULL)])
}

/// A little-endian number of `length` bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> u32 {
    bytes
        .iter()
        .skip(at)
        .take(length)
        .rev()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}
