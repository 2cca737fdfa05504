//! One direction of a connection: reads bytes, finds the messages, applies the rules, and writes.

use std::io;
use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

use super::{
    Shared,
    fault::{Due, Fault, Way},
    link::Mode,
    rule,
    wire::{Framing, Packet},
};

pub(super) struct Pump<'a> {
    shared: &'a Shared,
    framing: &'a Mutex<Box<dyn Framing>>,
    link: usize,
    mode: &'a watch::Sender<Mode>,
    way: Way,
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    /// Whether what is read is lost.
    loses: bool,
    /// The sizes of the pieces in which it is written.
    pieces: Option<RangeInclusive<usize>>,
    random: u64,
}

impl<'a> Pump<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        framing: &'a Mutex<Box<dyn Framing>>,
        (link, mode): (usize, &'a watch::Sender<Mode>),
        way: Way,
        (from, to): (OwnedReadHalf, OwnedWriteHalf),
    ) -> Self {
        Self {
            shared,
            framing,
            link,
            mode,
            way,
            from,
            to,
            loses: false,
            pieces: None,
            random: link as u64 + 1,
        }
    }

    /// Runs until the sending peer closes, and then closes the receiving side.
    pub(super) async fn run(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        loop {
            // A peer that has reset the connection counts as closed.
            let read = self.from.read_buf(&mut bytes).await.unwrap_or(0);
            self.shared.carries().await;
            if read == 0 {
                // A network that loses everything also loses the close: the other side keeps
                // waiting.
                if self.arrives() {
                    self.close().await;
                }
                return Ok(());
            }
            self.pass(&mut bytes).await?;
        }
    }

    /// Says that nothing more is sent. It is not an error if the peer is already gone.
    pub(super) async fn close(&mut self) {
        self.to.shutdown().await.ok();
    }

    /// Reads until the sending peer has closed. Closing a socket with unread bytes would reset it.
    pub(super) async fn drain(&mut self) {
        let mut unread = [0; 4096];
        while matches!(self.from.read(&mut unread).await, Ok(1..)) {}
    }

    /// Resets the connection to the receiving peer, which must not have been closed before.
    pub(super) fn reset(self) -> io::Result<()> {
        self.to.as_ref().set_zero_linger()?;
        self.to.forget();
        Ok(())
    }

    fn arrives(&self) -> bool {
        !self.loses && *self.mode.borrow() == Mode::Forward
    }

    async fn pass(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut ready = Vec::new();
        while let Some((mut packet, faults)) = self.collect(bytes, &mut ready) {
            self.write(&mut ready).await?;
            for due in faults {
                if due.fault.loses() {
                    packet.bytes.clear();
                }
                self.suffer(due).await;
            }
            ready = packet.bytes;
        }
        self.write(&mut ready).await
    }

    /// Moves whole messages to `ready`, up to the first at which a fault is due.
    fn collect(&self, bytes: &mut Vec<u8>, ready: &mut Vec<u8>) -> Option<(Packet, Vec<Due>)> {
        if matches!(*self.mode.borrow(), Mode::Cut | Mode::Reset) {
            // These bytes are lost, so they match no rule.
            bytes.clear();
            return None;
        }
        // One lock for all of it, so that the log has the order in which messages were read.
        let mut state = self.shared.state();
        let mut framing = self
            .framing
            .lock()
            .expect("no holder of the framing panics");
        while let Some(packet) = framing.take(self.way, bytes) {
            state.log.add(self.link, self.way, &packet);
            if self.arrives() {
                let due = rule::due(&mut state.rules, self.link, self.way, &packet);
                if !due.is_empty() {
                    return Some((packet, due));
                }
            }
            ready.extend_from_slice(&packet.bytes);
        }
        None
    }

    async fn suffer(&mut self, due: Due) {
        match due.fault {
            Fault::Cut => _ = self.mode.send_replace(Mode::Cut),
            Fault::Reset => _ = self.mode.send_replace(Mode::Reset),
            Fault::BlackHole => _ = self.mode.send_replace(Mode::Swallow),
            Fault::HalfClose => {
                self.loses = true;
                self.close().await;
            }
            Fault::SwallowAnswer => self.loses = true,
            Fault::Delay(time) => tokio::time::sleep(time).await,
            Fault::Hold => due.released().await,
            Fault::Split(size) => self.pieces = Some(size..=size),
        }
    }

    async fn write(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let bytes = std::mem::take(bytes);
        if !self.arrives() {
            return Ok(());
        }
        let shared = if self.way == Way::ToClient {
            self.shared.state().split.clone()
        } else {
            None
        };
        let Some(sizes) = self.pieces.clone().or(shared) else {
            return self.to.write_all(&bytes).await;
        };
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            // xorshift
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            let span = (sizes.end() - sizes.start() + 1) as u64;
            let size = sizes.start() + usize::try_from(self.random % span).expect("a small number");
            let (piece, after) = rest.split_at(size.min(rest.len()));
            self.to.write_all(piece).await?;
            rest = after;
            // This thread belongs to the proxy, so it may sleep. Without a pause, the client would
            // read several pieces at once.
            std::thread::sleep(Duration::from_micros(20));
        }
        Ok(())
    }
}
