//! An application at an address, whatever it is made with: requests to it, a crowd of clients of which some go away, and what has to hold after
//! them. Nothing here knows an example or a framework.
#![allow(clippy::missing_panics_doc, reason = "a check that fails is a panic")]

use std::{
    collections::BTreeMap,
    future::Future,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    body::{Bytes, Incoming},
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use sqlx::{Any, Pool};
use sqlx_transactional::{Db, DbOptions};
use tests::{
    checks::{all_permits_back, none_open_on_the_server},
    proxy::{Proxied, Proxy},
    servers::{Server, TestDatabase},
};
use tokio::{net::TcpStream, task::JoinHandle};

/// What a client sends.
pub type Question = Request<Full<Bytes>>;

/// A request without a body.
#[must_use]
pub fn get(path: &str) -> Question {
    Request::get(path).header("host", "test").body(Full::default()).expect("a path")
}

/// A request to delete something.
#[must_use]
pub fn delete(path: &str) -> Question {
    Request::delete(path).header("host", "test").body(Full::default()).expect("a path")
}

/// A request with a body of JSON.
#[must_use]
pub fn post(path: &str, json: &str) -> Question {
    let request = Request::post(path).header("host", "test").header("content-type", "application/json");
    request.body(Full::from(json.to_owned())).expect("a path")
}

/// What it is answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// All of it.
    pub body: Bytes,
}

impl Answer {
    /// The body.
    #[must_use]
    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("text")
    }

    /// What `field` of its JSON says.
    #[must_use]
    pub fn field(&self, field: &str) -> String {
        let value: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{self:?}: {error}"));
        value[field].as_str().map_or_else(|| value[field].to_string(), str::to_owned)
    }
}

/// One connection to an application; dropped, the client is gone.
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
        let stream = TcpStream::connect(address).await.expect("the application listens");
        let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("it speaks HTTP");
        Self { sender, connection: tokio::spawn(async move { drop(connection.await) }) }
    }

    /// The head of the answer; its body is still to come.
    pub async fn head(&mut self, question: Question) -> hyper::Response<Incoming> {
        self.sender.ready().await.expect("the application keeps the connection");
        self.sender.send_request(question).await.expect("an answer")
    }

    /// The whole answer.
    pub async fn ask(&mut self, question: Question) -> Answer {
        read(self.head(question).await).await
    }
}

/// The rest of an answer.
pub async fn read(head: hyper::Response<Incoming>) -> Answer {
    let (head, body) = head.into_parts();
    Answer { status: head.status.as_u16(), body: body.collect().await.expect("the whole body").to_bytes() }
}

/// What a crowd was answered.
#[derive(Debug, Default)]
pub struct Tally {
    /// How often each request, by the name that the plan gave it, had each status.
    pub answers: BTreeMap<(&'static str, u16), usize>,
    /// How many of each request were not waited for.
    pub left: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// How many requests of this name were answered with this status.
    #[must_use]
    pub fn answered(&self, name: &'static str, status: u16) -> usize {
        self.answers.get(&(name, status)).copied().unwrap_or_default()
    }

    /// How many requests of this name nobody waited for.
    #[must_use]
    pub fn left(&self, name: &'static str) -> usize {
        self.left.get(name).copied().unwrap_or_default()
    }

    /// Every answer is one of these.
    pub fn only(&self, expected: &[(&'static str, u16)]) {
        assert!(self.answers.keys().all(|answer| expected.contains(answer)), "{:?}", self.answers);
    }
}

/// Sixty-four clients at once that ask what `plan` says, `each` times, one question after the other; at every tenth they go away without waiting for the
/// answer, each time a little later, and come again.
pub async fn crowd(address: SocketAddr, each: usize, plan: impl Fn(usize) -> (&'static str, Question) + Send + Sync + 'static) -> Tally {
    const CLIENTS: usize = 64;
    let (tally, plan) = (Arc::new(Mutex::new(Tally::default())), Arc::new(plan));
    let clients = (0..CLIENTS).map(|client| {
        let (tally, plan) = (Arc::clone(&tally), Arc::clone(&plan));
        tokio::spawn(async move {
            let mut connection = Client::of(address).await;
            for number in (client..CLIENTS * each).step_by(CLIENTS) {
                let (name, question) = plan(number);
                if number % 10 == 3 {
                    leave_after(number, connection.head(question)).await;
                    connection = Client::of(address).await;
                    *tally.lock().expect("no holder panics").left.entry(name).or_default() += 1;
                } else {
                    let answer = connection.ask(question).await;
                    *tally.lock().expect("no holder panics").answers.entry((name, answer.status)).or_default() += 1;
                }
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.expect("no client panics");
    }
    Arc::into_inner(tally).expect("no client is left").into_inner().expect("no holder panicked")
}

/// Lets others run up to a hundred times, so that the request is somewhere between its arrival and its answer.
async fn leave_after(number: usize, answer: impl Future) {
    let patience = async {
        for _ in 0..number * 7 % 100 {
            tokio::task::yield_now().await;
        }
    };
    let (answer, patience) = (pin!(answer), pin!(patience));
    tokio::select! {
        _ = answer => {}
        () = patience => {}
    }
}

/// The application's handle, as its environment would name it.
pub async fn open<DB: Server>(database: &TestDatabase<DB>, connections: u32) -> Db<Any> {
    connect(database.url(), connections).await
}

/// The same through a proxy.
pub async fn open_through<DB: Proxied>(database: &TestDatabase<DB>, proxy: &Proxy, connections: u32) -> Db<Any> {
    connect(&database.url().replace(&database.address().to_string(), &proxy.address().to_string()), connections).await
}

async fn connect(url: &str, connections: u32) -> Db<Any> {
    let options = DbOptions::<Any>::from_url(url).expect("a URL");
    options.pool(|pool| pool.max_connections(connections)).connect().await.expect("the database is there")
}

/// Nothing is open on the server, and every permit is back.
pub async fn nothing_is_left<DB: Server>(database: &TestDatabase<DB>, pool: &Pool<Any>) {
    drop(all_permits_back(pool).await);
    none_open_on_the_server(database).await;
}
