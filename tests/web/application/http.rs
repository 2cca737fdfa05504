//! A client that speaks HTTP/1.1.
use std::net::SocketAddr;

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    body::{Bytes, Incoming},
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinHandle,
};

use crate::Visitor;

/// What a client sends.
pub type Question = Request<Full<Bytes>>;

/// A GET request.
#[must_use]
pub fn get(path: &str) -> Question {
    Request::get(path)
        .header("host", "test")
        .body(Full::default())
        .expect("a path")
}

/// A DELETE request.
#[must_use]
pub fn delete(path: &str) -> Question {
    Request::delete(path)
        .header("host", "test")
        .body(Full::default())
        .expect("a path")
}

/// A POST request with a body of JSON.
#[must_use]
pub fn post(path: &str, json: &str) -> Question {
    let request = Request::post(path)
        .header("host", "test")
        .header("content-type", "application/json");
    request.body(Full::from(json.to_owned())).expect("a path")
}

/// The same request with this bearer token.
#[must_use]
pub fn bearing(token: &str, mut question: Question) -> Question {
    question.headers_mut().insert(
        "authorization",
        format!("Bearer {token}")
            .parse()
            .expect("a token is letters and digits"),
    );
    question
}

/// The answer to a request.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The whole body.
    pub body: Bytes,
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("text")
    }

    /// A field of the JSON body.
    #[must_use]
    pub fn field(&self, field: &str) -> String {
        let value: serde_json::Value =
            serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{self:?}: {error}"));
        value[field]
            .as_str()
            .map_or_else(|| value[field].to_string(), str::to_owned)
    }
}

/// One connection to an application. Dropping it disconnects the client.
#[derive(Debug)]
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    connection: JoinHandle<()>,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Client {
    /// Connects.
    pub async fn of(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address)
            .await
            .expect("the application listens");
        let (sender, connection) = handshake(TokioIo::new(stream))
            .await
            .expect("it speaks HTTP");
        Self {
            sender,
            connection: tokio::spawn(async move { drop(connection.await) }),
        }
    }

    /// Waits for the head of the answer. The body is still to come.
    pub async fn head(&mut self, question: Question) -> hyper::Response<Incoming> {
        self.sender
            .ready()
            .await
            .expect("the application keeps the connection");
        self.sender.send_request(question).await.expect("an answer")
    }

    /// Waits for the whole answer.
    pub async fn ask(&mut self, question: Question) -> Answer {
        read(self.head(question).await).await
    }
}

/// Reads the rest of an answer.
pub async fn read(head: hyper::Response<Incoming>) -> Answer {
    let (head, body) = head.into_parts();
    Answer {
        status: head.status.as_u16(),
        body: body.collect().await.expect("the whole body").to_bytes(),
    }
}

/// Sends a request that announces a body of `length` bytes, closes its half of the connection, and
/// waits until the other half is closed.
pub async fn send_and_leave(address: SocketAddr, path: &str, json: &str, length: usize) {
    let mut connection = TcpStream::connect(address)
        .await
        .expect("the application listens");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    connection
        .write_all((head + json).as_bytes())
        .await
        .expect("it reads");
    connection.shutdown().await.expect("it is open");
    connection
        .read_to_end(&mut Vec::new())
        .await
        .expect("it is closed properly");
}

impl Visitor for Client {
    type Question = Question;
    type Status = u16;

    async fn arrive(address: SocketAddr) -> Self {
        Self::of(address).await
    }

    async fn status(&mut self, question: Question) -> u16 {
        self.ask(question).await.status
    }
}
