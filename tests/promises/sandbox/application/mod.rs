//! A typical application, which does not know about sandboxes: axum handlers over annotated
//! functions, and a task in the background.

mod client;
mod error;
mod jobs;
mod notes;
mod sql;
mod users;

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU32},
    time::Duration,
};

use axum::{
    Router,
    routing::{get, post, put},
};
use sqlx_transactional::{CloseReport, Db, Driver};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use self::jobs::Job;
pub(super) use self::{client::Client, sql::Sql};

/// What the handlers share.
struct App<DB: Driver> {
    db: Db<DB>,
    jobs: mpsc::UnboundedSender<Job>,
    logins: AtomicU32,
    /// Gets a permit at each step of a request that takes long.
    progress: Arc<Semaphore>,
}

/// An application that serves requests on a port of its own.
pub(super) struct Running<DB: Driver> {
    pub(super) client: Client,
    pub(super) progress: Arc<Semaphore>,
    pub(super) db: Db<DB>,
    shutdown: oneshot::Sender<()>,
    server: JoinHandle<()>,
    worker: JoinHandle<()>,
}

/// Starts the application with `db`, which is all that it knows of the database.
pub(super) async fn start<DB: Sql>(db: Db<DB>) -> Running<DB> {
    let (jobs, queue) = mpsc::unbounded_channel();
    let progress = Arc::new(Semaphore::new(0));
    let app = Arc::new(App {
        db: db.clone(),
        jobs,
        logins: AtomicU32::new(0),
        progress: Arc::clone(&progress),
    });
    let worker = tokio::spawn(jobs::work(db.clone(), queue));
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("there is a port");
    let address: SocketAddr = listener.local_addr().expect("it is bound");
    let (shutdown, told) = oneshot::channel::<()>();
    let serve = axum::serve(listener, routes::<DB>().with_state(app))
        .with_graceful_shutdown(async { drop(told.await) });
    let server = tokio::spawn(async move { serve.await.expect("it serves") });
    Running {
        client: Client::of(address),
        progress,
        db,
        shutdown,
        server,
        worker,
    }
}

fn routes<DB: Sql>() -> Router<Arc<App<DB>>> {
    Router::new()
        .route("/ready", get(jobs::ready::<DB>))
        .route("/users/{name}", post(users::sign_up::<DB>))
        .route("/logins/{name}", post(users::log_in::<DB>))
        .route("/notes", get(notes::list::<DB>))
        .route("/notes/{title}", put(notes::change::<DB>))
        .route("/notes/{title}/owner/{id}", post(notes::hand_over::<DB>))
        .route("/imports/{title}", post(notes::import::<DB>))
        .route("/audits/{title}", post(notes::audit::<DB>))
        .route("/jobs", post(jobs::all_done::<DB>))
}

impl<DB: Driver> Running<DB> {
    /// Ends it like SIGTERM: it takes no new requests, finishes its queue, and closes the database.
    pub(super) async fn stop(self) -> CloseReport {
        drop(self.shutdown);
        self.server.await.expect("it does not panic");
        self.worker.await.expect("it does not panic");
        self.db.close(Duration::from_secs(20)).await
    }
}
