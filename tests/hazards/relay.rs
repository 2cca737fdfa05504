//! A network that can be told to lose everything, in front of a server whose protocol [`Proxy`](tests::proxy::Proxy) does not speak: it passes
//! bytes on, and knows nothing of them.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// It runs as a task of the test, and ends with it.
pub(crate) struct Relay {
    address: SocketAddr,
    /// How often everything was lost that was open.
    lost: watch::Sender<usize>,
    /// How many connections are yet to be reset.
    resets: Arc<AtomicUsize>,
}

impl Relay {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("the loopback has free ports");
        let relay = Self { address: listener.local_addr().expect("a socket"), lost: watch::Sender::new(0), resets: Arc::default() };
        let (lost, resets) = (relay.lost.clone(), Arc::clone(&relay.resets));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if resets.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                    client.set_zero_linger().expect("a socket");
                } else {
                    tokio::spawn(pass_on(client, server, lost.subscribe()));
                }
            }
        });
        relay
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is open now loses all that is sent, and nobody is told. New connections work.
    pub(crate) fn black_hole(&self) {
        self.lost.send_modify(|lost| *lost += 1);
    }

    /// Accepts that many connections, and resets them.
    pub(crate) fn reset_next(&self, count: usize) {
        self.resets.store(count, Ordering::Relaxed);
    }
}

async fn pass_on(mut client: TcpStream, server: SocketAddr, mut lost: watch::Receiver<usize>) {
    let mut server = TcpStream::connect(server).await.expect("the server takes connections");
    client.set_nodelay(true).expect("a socket");
    server.set_nodelay(true).expect("a socket");
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        // Both stay open.
        _ = lost.changed() => std::future::pending().await,
    }
}
