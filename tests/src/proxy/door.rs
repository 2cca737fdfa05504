//! The listening side of the proxy. The proxy keeps its port while it refuses connections.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use super::{Shared, link};

/// Opens and closes the listening socket.
#[derive(Debug)]
pub(super) struct Door {
    address: SocketAddr,
    /// Never listens. It reserves the port.
    _reserved: TcpSocket,
    orders: UnboundedSender<Order>,
}

/// Whether to open or to close, and where to confirm it.
type Order = (bool, mpsc::SyncSender<()>);

impl Door {
    /// A closed door, and the orders for [`attend`].
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

    /// Returns when the order was carried out.
    pub(super) fn set_open(&self, open: bool) {
        let (done, is_done) = mpsc::sync_channel(1);
        let sent = self.orders.send((open, done)).is_ok();
        assert!(sent && is_done.recv().is_ok(), "the proxy's thread runs");
    }
}

/// Carries out orders until the [`Door`] is dropped.
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
    // Several sockets are bound to the port. Connections arrive at the one that listens.
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}
