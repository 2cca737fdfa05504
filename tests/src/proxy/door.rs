//! Where connections come in. The port stays the proxy's own while nobody is let in.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use super::{Shared, link};

/// The test's end of it.
#[derive(Debug)]
pub(super) struct Door {
    address: SocketAddr,
    /// Never listens: it is there so that nobody else gets the port.
    _reserved: TcpSocket,
    orders: UnboundedSender<Order>,
}

/// To open it, or to close it; and where to say that it was done.
type Order = (bool, mpsc::SyncSender<()>);

impl Door {
    /// It is closed; the second is for [`attend`].
    pub(super) fn new() -> io::Result<(Self, UnboundedReceiver<Order>)> {
        let reserved = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let (orders, received) = tokio::sync::mpsc::unbounded_channel();
        Ok((
            Self {
                address: reserved.local_addr()?,
                _reserved: reserved,
                orders,
            },
            received,
        ))
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// When this returns, it is.
    pub(super) fn set_open(&self, open: bool) {
        let (done, is_done) = mpsc::sync_channel(1);
        let sent = self.orders.send((open, done)).is_ok();
        assert!(sent && is_done.recv().is_ok(), "the proxy's thread runs");
    }
}

/// Does as it is told until the [`Door`] is gone.
pub(super) async fn attend(
    mut orders: UnboundedReceiver<Order>,
    address: SocketAddr,
    shared: &Arc<Shared>,
) {
    let mut listener = None;
    loop {
        tokio::select! {
            order = orders.recv() => {
                let Some((open, done)) = order else { return };
                if open != listener.is_some() {
                    listener = open.then(|| bind(address).and_then(|socket| socket.listen(1024)).expect("the port is reserved"));
                }
                done.send(()).ok();
            }
            client = accept(listener.as_ref()) => link::welcome(client, shared),
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    loop {
        match listener {
            Some(listener) => {
                if let Ok((client, _)) = listener.accept().await {
                    return client;
                }
            }
            None => return std::future::pending().await,
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Several sockets have the port; connections come to the one that listens.
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}
