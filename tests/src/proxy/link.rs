//! One connection through the proxy: two pumps, which run until both peers have closed the
//! connection or a fault ends it.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::net::TcpStream;
use tokio::sync::watch;

use super::{Shared, fault::Way, pump::Pump};

/// What a link does with the bytes that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Forward,
    Swallow,
    Cut,
    Reset,
}

/// Connects a client with the server.
pub(super) fn welcome(client: TcpStream, shared: &Arc<Shared>) {
    let mut state = shared.state();
    if state.reset_next > 0 {
        state.reset_next -= 1;
        client.set_zero_linger().expect("a socket");
        return;
    }
    let link = state.accepted;
    state.accepted += 1;
    let mode = state
        .links
        .entry(link)
        .or_insert_with(|| watch::Sender::new(Mode::Forward))
        .clone();
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        // After any error, both ends see a closed connection.
        serve(client, &shared, link, &mode).await.ok();
        shared.state().forget(link);
    });
}

async fn serve(
    client: TcpStream,
    shared: &Shared,
    link: usize,
    mode: &watch::Sender<Mode>,
) -> io::Result<()> {
    let server = TcpStream::connect(shared.upstream).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let framing = Mutex::new(shared.protocol.framing());
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut there = Pump::new(
        shared,
        &framing,
        (link, mode),
        Way::ToServer,
        (from_client, to_server),
    );
    let mut back = Pump::new(
        shared,
        &framing,
        (link, mode),
        Way::ToClient,
        (from_server, to_client),
    );
    let mut changes = mode.subscribe();
    tokio::select! {
        ended = async { tokio::try_join!(there.run(), back.run()) } => return ended.map(drop),
        _ = changes.wait_for(|mode| matches!(mode, Mode::Cut | Mode::Reset)) => shared.state().forget(link),
    }
    if *mode.borrow() == Mode::Reset {
        there.reset()?;
        return back.reset();
    }
    // Closes both sides before it waits for either.
    there.close().await;
    back.close().await;
    tokio::join!(there.drain(), back.drain());
    Ok(())
}
