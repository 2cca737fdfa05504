//! What the server's next packet is, and what comes after it. How many packets an answer has
//! depends on the command and the data.

use super::{DEPRECATE_EOF, FULL, number};

const IN_TRANSACTION: u32 = 1;
const MORE_RESULTS: u32 = 1 << 3;

const OK: u8 = 0x00;
const AUTH_MORE_DATA: u8 = 0x01;
const EOF: u8 = 0xfe;
const ERR: u8 = 0xff;

/// What the server's next packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Greeting,
    Login,
    /// OK, EOF or ERR, which ends the answer.
    Status,
    /// The answer to `COM_STMT_PREPARE`.
    Prepared,
    /// The first packet of a statement's result.
    Result,
    /// The descriptions of parameters and columns. An EOF follows the last of each, unless EOF
    /// packets are deprecated.
    Definitions {
        left: u32,
        rows: bool,
    },
    Rows,
}

/// A packet, decoded.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) kind: &'static str,
    /// ERR: its number. OK and EOF: `T` inside a transaction and `I` outside.
    pub(super) text: String,
    /// The expected next packet. `None` if the answer is complete.
    pub(super) next: Option<Answer>,
}

impl Answer {
    pub(super) fn step(self, payload: &[u8], flags: u32) -> Step {
        let eof = u32::from(flags & DEPRECATE_EOF == 0);
        let first = payload.first().copied().unwrap_or_default();
        match (self, first) {
            (
                Self::Greeting
                | Self::Login
                | Self::Status
                | Self::Prepared
                | Self::Result
                | Self::Rows,
                ERR,
            ) => Step {
                kind: "ERR",
                text: number(payload, 1, 2).to_string(),
                next: None,
            },
            (Self::Greeting, _) => data("Handshake", Some(Self::Login)),
            (Self::Login, EOF) => data("AuthSwitchRequest", Some(Self::Login)),
            (Self::Login, AUTH_MORE_DATA) => data("AuthMoreData", Some(Self::Login)),
            (Self::Login | Self::Status, _) => status(payload, flags).1,
            (Self::Prepared, _) => {
                let all = |count| if count == 0 { 0 } else { count + eof };
                let left = all(number(payload, 5, 2)) + all(number(payload, 7, 2));
                data(
                    "COM_STMT_PREPARE_OK",
                    (left > 0).then_some(Self::Definitions { left, rows: false }),
                )
            }
            (Self::Result, OK) => end_of_result(payload, flags),
            (Self::Result, _) => data(
                "ColumnCount",
                Some(Self::Definitions {
                    left: length_encoded(payload, 0).0 + eof,
                    rows: true,
                }),
            ),
            (Self::Definitions { left, rows }, _) => {
                let kind = if first == EOF {
                    "EOF"
                } else {
                    "ColumnDefinition"
                };
                let next = if left > 1 {
                    Some(Self::Definitions {
                        left: left - 1,
                        rows,
                    })
                } else {
                    rows.then_some(Self::Rows)
                };
                data(kind, next)
            }
            // A row that begins with this byte has a first column of 16 MB or more.
            (Self::Rows, EOF) if payload.len() < FULL && (eof == 0 || payload.len() < 9) => {
                end_of_result(payload, flags)
            }
            (Self::Rows, _) => data("Row", Some(Self::Rows)),
        }
    }
}

fn data(kind: &'static str, next: Option<Answer>) -> Step {
    Step {
        kind,
        text: String::new(),
        next,
    }
}

fn end_of_result(payload: &[u8], flags: u32) -> Step {
    let (status, step) = status(payload, flags);
    Step {
        next: (status & MORE_RESULTS != 0).then_some(Answer::Result),
        ..step
    }
}

/// The server's status, as OK and EOF report it.
fn status(payload: &[u8], flags: u32) -> (u32, Step) {
    let eof = payload.first() == Some(&EOF) && flags & DEPRECATE_EOF == 0;
    let at = if eof {
        // The number of warnings comes before the status.
        3
    } else {
        // The number of rows and the last generated id come before the status.
        let (_, rows) = length_encoded(payload, 1);
        let (_, last) = length_encoded(payload, 1 + rows);
        1 + rows + last
    };
    let status = number(payload, at, 2);
    let text = if status & IN_TRANSACTION == 0 {
        "I"
    } else {
        "T"
    };
    (
        status,
        Step {
            kind: if eof { "EOF" } else { "OK" },
            text: text.to_owned(),
            next: None,
        },
    )
}

/// A length-encoded number, and how many bytes it takes. The first byte says how many.
fn length_encoded(payload: &[u8], at: usize) -> (u32, usize) {
    match payload.get(at) {
        Some(0xfc) => (number(payload, at + 1, 2), 3),
        Some(0xfd) => (number(payload, at + 1, 3), 4),
        // Eight bytes. In these packets, the high ones are zero.
        Some(0xfe) => (number(payload, at + 1, 4), 9),
        byte => (byte.map_or(0, |byte| u32::from(*byte)), 1),
    }
}
