//! What clients are told, and what is mailed, when the server, the network or a thread goes away:
//! PostgreSQL and MySQL, through a proxy.

use std::{
    cell::RefCell,
    net::TcpListener,
    pin::pin,
    sync::{Arc, Mutex},
    thread::{self, ThreadId},
    time::Duration,
};

use application::{
    Client, answered_after_commit, count, get, health_is_true, nothing_is_left, open_through, post,
    until_held,
};
use patients::{Mail, Mailer, Sending};
use tests::{
    checks::none_open_on_the_server,
    proxy::{Fault, Point, Proxy, Way},
};
use tokio::sync::oneshot;

use super::{ADA, Letters, created, log_in, patients, serve};

thread_local! {
    static ENDS_WITH_THE_THREAD: RefCell<Option<oneshot::Sender<()>>> = const { RefCell::new(None) };
}

/// Sends nothing. Records the threads that ask it to, and notifies when the first of them has
/// ended.
#[derive(Clone)]
struct Threads {
    first: Arc<Mutex<Option<oneshot::Sender<()>>>>,
    seen: Arc<Mutex<Vec<ThreadId>>>,
}

impl Mailer for Threads {
    fn send(&self, _: Mail) -> Sending {
        let Self { first, seen } = self.clone();
        Box::pin(async move {
            seen.lock()
                .expect("no holder panics")
                .push(thread::current().id());
            if let Some(first) = first.lock().expect("no holder panics").take() {
                ENDS_WITH_THE_THREAD.set(Some(first));
            }
            Ok(())
        })
    }
}

on! { [postgres Postgres mysql MySql] {
    /// Neither the client nor the patient gets an answer or a mail before the database has
    /// acknowledged COMMIT.
    #[tokio::test]
    async fn the_answer_and_the_welcome_wait_for_commit() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let letters = Letters::default();
        let (address, _) = serve(open_through(&database, &proxy, 2).await, letters.clone()).await;
        let mut client = Client::of(address).await;
        let answer = answered_after_commit(&proxy, client.ask(post("/patients", ADA)), async || {
            assert_eq!((count(&database, "patients").await, letters.subjects().len()), (1, 0));
        });
        assert_eq!((answer.await.status, letters.subjects().len()), (201, 1));
    }

    /// COMMIT or its answer was lost. The client is told neither that it is stored nor that it is
    /// not, and no welcome is sent. The mail with the code is stored with the patient.
    #[tokio::test]
    async fn a_commit_that_is_not_answered_is_no_201_and_no_welcome() {
        for (way, stored) in [(Way::ToServer, 0), (Way::ToClient, 1)] {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let db = open_through(&database, &proxy, 2).await;
            let letters = Letters::default();
            let (address, outbox) = serve(db.clone(), letters.clone()).await;
            let cut = proxy.inject(way, Point::Commit, Fault::Cut);
            let answer = Client::of(address).await.ask(post("/patients", ADA)).await;
            assert!(cut.is_reached());
            assert_eq!((answer.status, answer.text()), (500, "Internal Server Error"));
            nothing_is_left(&database, db.pool()).await;
            assert_eq!((count(&database, "patients").await, count(&database, "outbox").await), (stored, stored));
            assert_eq!(letters.subjects().len(), 0);
            assert_eq!(outbox.send_next().await.expect("the database is there"), stored == 1);
        }
    }

    /// The failing call commits the count. If its COMMIT is lost, the answer is not 401.
    #[tokio::test]
    async fn a_wrong_password_that_may_not_be_counted_is_no_401() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let (address, _) = serve(open_through(&database, &proxy, 1).await, Letters::default()).await;
        let mut client = Client::of(address).await;
        assert_eq!(client.ask(post("/patients", ADA)).await.status, 201);
        assert_eq!(client.ask(log_in("difference")).await.status, 401);
        let counted = proxy.hold(Way::ToServer, Point::Sql("UPDATE patients"));
        let mut answer = pin!(client.ask(log_in("difference")));
        until_held(&counted, answer.as_mut()).await;
        let cut = proxy.inject(Way::ToServer, Point::Commit, Fault::Cut);
        counted.release();
        assert_eq!((answer.await.status, cut.is_reached()), (500, true));
        assert_eq!(count(&database, "patients WHERE wrong_passwords = 1").await, 1);
    }

    /// A thread without requests ends as soon as the process has to end. Requests of other threads
    /// go on, also on connections that were opened in that thread.
    #[tokio::test]
    async fn a_thread_that_ends_takes_nobodys_connection_along() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 1).await;
        let (leaving, left) = oneshot::channel();
        let threads = Threads { first: Arc::new(Mutex::new(Some(leaving))), seen: Arc::default() };
        let patients = patients(db.clone(), threads.clone()).await;
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has free ports");
        let address = listener.local_addr().expect("it is bound");
        let (end, ended) = oneshot::channel::<()>();
        let server = tokio::spawn(patients.serve(listener, 2, async { drop(ended.await) }).expect("it listens"));
        // The next connection is opened by a request.
        proxy.cut();

        let (mut first, mut second) = (Client::of(address).await, Client::of(address).await);
        assert_eq!(first.ask(post("/patients", ADA)).await.status, 201);
        let answer = answered_after_commit(&proxy, second.ask(post("/patients", &ADA.replace("ada@", "bob@"))), async || {
            drop((first, end));
            // No message arrives: the sender is dropped with its thread.
            drop(left.await);
        });
        assert_eq!(answer.await.status, 201);
        drop(second);
        server.await.expect("it ends").expect("well");
        let seen = threads.seen.lock().expect("no holder panics").clone();
        assert!(seen.len() == 2 && seen[0] != seen[1], "{seen:?}");
        let report = db.close(Duration::from_secs(20)).await;
        assert!(report.running == 0 && report.pools_closed, "{report:?}");
        none_open_on_the_server(&database).await;
    }

    #[tokio::test]
    async fn the_health_endpoint_tells_of_a_server_that_is_gone() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let (address, _) = serve(open_through(&database, &proxy, 2).await, Letters::default()).await;
        let mut client = Client::of(address).await;
        health_is_true(&proxy, async || client.ask(get("/health")).await.status == 200).await;
    }
} }
