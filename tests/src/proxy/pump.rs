//! One direction of a connection: reads, finds the messages, asks the rules, and writes.

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
    /// What is read is lost.
    loses: bool,
    /// The sizes in which it is written.
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

    /// Until its reader's peer has closed, which its writer's is then told.
    pub(super) async fn run(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        loop {
            // A peer that has reset the connection has closed it.
            let read = self.from.read_buf(&mut bytes).await.unwrap_or(0);
            self.shared.carries().await;
            if read == 0 {
                // A network that loses everything loses this too: the other side keeps waiting.
                if self.arrives() {
                    self.close().await;
                }
                return Ok(());
            }
            self.pass(&mut bytes).await?;
        }
    }

    /// Says that nothing more comes. A peer that has gone need not be told.
    pub(super) async fn close(&mut self) {
        self.to.shutdown().await.ok();
    }

    /// Reads until its reader's peer has closed: to close with something unread would be to reset.
    pub(super) async fn drain(&mut self) {
        let mut unread = [0; 4096];
        while matches!(self.from.read(&mut unread).await, Ok(1..)) {}
    }

    /// Ends it with a reset of its writer, which must not say before that nothing more comes.
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
            // Nobody would have had it.
            bytes.clear();
            return None;
        }
        // In one piece: what the log calls earlier has been read earlier.
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
            // This thread is the proxy's own. Without a pause the client reads several pieces at
            // once.
            std::thread::sleep(Duration::from_micros(20));
        }
        Ok(())
    }
}
