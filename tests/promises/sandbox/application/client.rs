//! A client of the application over HTTP, with one connection for each request.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Knows the address, and after a login its token.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    token: String,
}

impl Client {
    pub(super) fn of(address: SocketAddr) -> Self {
        Self {
            address,
            token: String::new(),
        }
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// The status and the body of the answer.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut connection = self
            .send(
                method,
                path,
                &format!("content-length: {}\r\n\r\n{body}", body.len()),
            )
            .await;
        let mut answer = String::new();
        connection
            .read_to_string(&mut answer)
            .await
            .expect("it is a text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("there is a head");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("it begins with the status");
        (status, body.to_owned())
    }

    /// Begins a request without finishing its body. Dropping the connection ends the client.
    pub(crate) async fn begin(&self, path: &str, piece: &str) -> TcpStream {
        self.send(
            "POST",
            path,
            &format!(
                "transfer-encoding: chunked\r\n\r\n{:x}\r\n{piece}\r\n",
                piece.len()
            ),
        )
        .await
    }

    async fn send(&self, method: &str, path: &str, rest: &str) -> TcpStream {
        let mut connection = TcpStream::connect(self.address).await.expect("it listens");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: notes\r\nconnection: close\r\nauthorization: {}\r\n",
            self.token
        );
        connection
            .write_all(format!("{head}{rest}").as_bytes())
            .await
            .expect("it reads");
        connection
    }
}
