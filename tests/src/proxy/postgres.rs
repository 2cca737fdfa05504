//! PostgreSQL's messages, <https://www.postgresql.org/docs/current/protocol-message-formats.html>.

use std::collections::HashMap;

use super::{
    fault::Way,
    wire::{Framing, Packet, Place, Task, cut, text},
};

const SSL_REQUEST: u32 = 80_877_103;
const GSS_REQUEST: u32 = 80_877_104;

#[derive(Debug, Default)]
pub(super) struct Postgres {
    phase: Phase,
    /// The SQL of each prepared statement, by its name.
    prepared: HashMap<Vec<u8>, String>,
    /// How many messages were sent that are answered with `ReadyForQuery`, and how many statements
    /// after the last of them.
    asked: Progress,
    /// How many of these answers have arrived.
    answered: Progress,
}

#[derive(Debug, Default)]
struct Progress {
    turns: usize,
    parts: usize,
}

impl Progress {
    fn place(&self) -> Place {
        Place {
            turn: self.turns,
            part: self.parts,
        }
    }

    fn next_turn(&mut self) {
        *self = Self {
            turns: self.turns + 1,
            parts: 0,
        };
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Phase {
    /// The client's next message has no type byte.
    #[default]
    Startup,
    /// The client asked for encryption. The server's next message is a single byte.
    Encryption,
    Messages,
    /// Encrypted bytes, which are passed on as they are.
    Opaque,
}

impl Framing for Postgres {
    fn take(&mut self, way: Way, bytes: &mut Vec<u8>) -> Option<Packet> {
        match (&self.phase, way) {
            (Phase::Startup, Way::ToServer) => self.startup(bytes),
            (Phase::Encryption, Way::ToClient) => {
                let packet = cut(bytes, 1, "EncryptionResponse")?;
                self.phase = if packet.bytes == b"N" {
                    Phase::Startup
                } else {
                    Phase::Opaque
                };
                Some(packet)
            }
            (Phase::Opaque, _) => cut(bytes, bytes.len().max(1), "Bytes"),
            (_, Way::ToServer) => self.clients(bytes),
            (_, Way::ToClient) => self.servers(bytes),
        }
    }
}

impl Postgres {
    fn startup(&mut self, bytes: &mut Vec<u8>) -> Option<Packet> {
        let length = number(bytes, 0)?;
        let (kind, next) = match number(bytes, 4)? {
            SSL_REQUEST | GSS_REQUEST => ("EncryptionRequest", Phase::Encryption),
            // A cancel request ends the connection.
            80_877_102 => ("CancelRequest", Phase::Messages),
            _ => ("Startup", Phase::Messages),
        };
        let mut packet = cut(bytes, length as usize, kind)?;
        packet.answered = kind != "CancelRequest";
        packet.place = Some(self.asked.place());
        if kind == "Startup" {
            self.asked.next_turn();
        }
        self.phase = next;
        Some(packet)
    }

    fn clients(&mut self, bytes: &mut Vec<u8>) -> Option<Packet> {
        let kind = client_kind(*bytes.first()?);
        let mut packet = cut(bytes, 1 + number(bytes, 1)? as usize, kind)?;
        packet.answered = kind != "Terminate";
        packet.place = Some(match kind {
            // Still a part of the startup.
            "Password" => Place { turn: 0, part: 0 },
            _ => self.asked.place(),
        });
        let body = &packet.bytes[5..];
        match kind {
            "Query" => {
                packet.text = text(strings(body).next());
                packet.task = Task::Run;
            }
            "Parse" => {
                let mut strings = strings(body);
                let name = strings.next().unwrap_or_default().to_vec();
                packet.text = text(strings.next());
                packet.task = Task::Prepare;
                self.prepared.insert(name, packet.text.clone());
            }
            "Bind" => {
                // The portal's name comes first.
                let name = strings(body).nth(1).unwrap_or_default();
                packet.text = self.prepared.get(name).cloned().unwrap_or_default();
                packet.task = Task::Run;
            }
            _ => {}
        }
        match kind {
            "Query" | "Sync" => self.asked.next_turn(),
            "Execute" => self.asked.parts += 1,
            _ => {}
        }
        Some(packet)
    }

    fn servers(&mut self, bytes: &mut Vec<u8>) -> Option<Packet> {
        let kind = server_kind(*bytes.first()?);
        let mut packet = cut(bytes, 1 + number(bytes, 1)? as usize, kind)?;
        packet.place = match kind {
            // These messages can come at any time.
            "NoticeResponse" | "NotificationResponse" | "ParameterStatus" | "BackendKeyData" => {
                None
            }
            "ErrorResponse" | "ReadyForQuery" => Some(Place {
                part: Place::END,
                ..self.answered.place()
            }),
            _ => Some(self.answered.place()),
        };
        let body = &packet.bytes[5..];
        match kind {
            "CommandComplete" | "ReadyForQuery" => packet.text = text(strings(body).next()),
            // Fields, each a letter and a string. C is the SQLSTATE.
            "ErrorResponse" => {
                packet.text = text(
                    strings(body)
                        .find(|field| field.starts_with(b"C"))
                        .map(|field| &field[1..]),
                );
            }
            _ => {}
        }
        match kind {
            "ReadyForQuery" => self.answered.next_turn(),
            "CommandComplete" | "EmptyQueryResponse" | "PortalSuspended" => {
                self.answered.parts += 1;
            }
            _ => {}
        }
        Some(packet)
    }
}

fn client_kind(letter: u8) -> &'static str {
    match letter {
        b'B' => "Bind",
        b'C' => "Close",
        b'D' => "Describe",
        b'E' => "Execute",
        b'H' => "Flush",
        b'P' => "Parse",
        b'Q' => "Query",
        b'S' => "Sync",
        b'X' => "Terminate",
        b'c' => "CopyDone",
        b'd' => "CopyData",
        b'f' => "CopyFail",
        b'p' => "Password",
        _ => "Unknown",
    }
}

fn server_kind(letter: u8) -> &'static str {
    match letter {
        b'1' => "ParseComplete",
        b'2' => "BindComplete",
        b'3' => "CloseComplete",
        b'A' => "NotificationResponse",
        b'C' => "CommandComplete",
        b'D' => "DataRow",
        b'E' => "ErrorResponse",
        b'I' => "EmptyQueryResponse",
        b'K' => "BackendKeyData",
        b'N' => "NoticeResponse",
        b'R' => "Authentication",
        b'S' => "ParameterStatus",
        b'T' => "RowDescription",
        b'Z' => "ReadyForQuery",
        b'n' => "NoData",
        b's' => "PortalSuspended",
        b't' => "ParameterDescription",
        _ => "Unknown",
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes(four.try_into().expect("four bytes")))
}

/// The strings of a message, each of which ends with a zero byte.
fn strings(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    body.split(|byte| *byte == 0)
}
