//! One connection through the proxy: two pumps, which read, find the messages, ask the rules, and write.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{
    Shared,
    fault::{self, Fault, Way},
    wire::Framing,
};

/// What a link does with its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Forward,
    Swallow,
    Cut,
    Reset,
}

/// Takes connections until it is dropped.
pub(super) async fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let (mode, link) = {
            let mut state = shared.state();
            if state.reset_next > 0 {
                state.reset_next -= 1;
                client.set_zero_linger().expect("a socket");
                continue;
            }
            let link = state.accepted;
            state.accepted += 1;
            (state.links.entry(link).or_insert_with(|| watch::Sender::new(Mode::Forward)).clone(), link)
        };
        let shared = Arc::clone(shared);
        tokio::spawn(async move {
            // Whatever went wrong, both ends see it as a closed connection.
            serve(client, &shared, link, &mode).await.ok();
            shared.state().links.remove(&link);
        });
    }
}

async fn serve(client: TcpStream, shared: &Shared, link: usize, mode: &watch::Sender<Mode>) -> io::Result<()> {
    let server = TcpStream::connect(shared.upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let framing = Mutex::new(shared.protocol.framing());
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let pump = |way, from, to| Pump { shared, framing: &framing, link, mode, way, from, to, random: link as u64 + 1 };
    let (mut there, mut back) = (pump(Way::ToServer, from_client, to_server), pump(Way::ToClient, from_server, to_client));
    let mut changes = mode.subscribe();
    tokio::select! {
        result = there.run() => result?,
        result = back.run() => result?,
        _ = changes.wait_for(|mode| matches!(mode, Mode::Cut | Mode::Reset)) => {}
    }
    if *mode.borrow() == Mode::Reset {
        there.to.as_ref().set_zero_linger()?;
        back.to.as_ref().set_zero_linger()?;
    }
    Ok(())
}

/// One direction of a link.
struct Pump<'a> {
    shared: &'a Shared,
    framing: &'a Mutex<Box<dyn Framing>>,
    link: usize,
    mode: &'a watch::Sender<Mode>,
    way: Way,
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    random: u64,
}

impl Pump<'_> {
    /// Ends when its reader's peer has closed; what was read before is written.
    async fn run(&mut self) -> io::Result<()> {
        let (mut bytes, mut ready) = (Vec::new(), Vec::new());
        loop {
            if self.from.read_buf(&mut bytes).await? == 0 {
                if *self.mode.borrow() == Mode::Swallow {
                    // A network that loses everything loses this too: the other side keeps waiting.
                    return std::future::pending().await;
                }
                return Ok(());
            }
            while let Some(due) = self.collect(&mut bytes, &mut ready) {
                let held = match due.fault {
                    Fault::Delay(_) | Fault::Hold => due.message,
                    Fault::Cut | Fault::Reset | Fault::BlackHole => Vec::new(),
                };
                self.write(&mut ready).await?;
                match due.fault {
                    Fault::Cut => _ = self.mode.send_replace(Mode::Cut),
                    Fault::Reset => _ = self.mode.send_replace(Mode::Reset),
                    Fault::BlackHole => _ = self.mode.send_replace(Mode::Swallow),
                    Fault::Delay(time) => tokio::time::sleep(time).await,
                    // The test has ended when this fails.
                    Fault::Hold => drop(due.released.clone().wait_for(|released| *released).await),
                }
                ready = held;
            }
            self.write(&mut ready).await?;
        }
    }

    /// Moves whole messages to `ready`, up to the first at which a fault is due; that one is held.
    fn collect(&self, bytes: &mut Vec<u8>, ready: &mut Vec<u8>) -> Option<Stopped> {
        // In one piece: what the log calls earlier has been read earlier.
        let mut state = self.shared.state();
        let mut framing = self.framing.lock().expect("no holder of the framing panics");
        while let Some(packet) = framing.take(self.way, bytes) {
            state.log.add(self.link, self.way, &packet);
            if let Some(due) = fault::due(&mut state.rules, self.link, self.way, &packet) {
                return Some(Stopped { fault: due.fault, released: due.released, message: packet.bytes });
            }
            ready.extend_from_slice(&packet.bytes);
        }
        None
    }

    async fn write(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let bytes = std::mem::take(bytes);
        if *self.mode.borrow() != Mode::Forward {
            return Ok(());
        }
        let split = self.shared.state().split.clone();
        let (Some(sizes), Way::ToClient) = (split, self.way) else {
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
            // This thread is the proxy's own. Without a pause the client reads several pieces at once.
            std::thread::sleep(Duration::from_micros(20));
        }
        Ok(())
    }
}

/// A message at which a fault is due.
struct Stopped {
    fault: Fault,
    released: watch::Receiver<bool>,
    message: Vec<u8>,
}
