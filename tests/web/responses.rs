//! Handlers that return a response instead of a `Result`, over HTTP: what commits, and what a
//! client is told of a failed transaction.

use std::{cell::Cell, net::SocketAddr};

use application::{Client, get};
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing,
};
use sqlx::pool::PoolOptions;
use sqlx_transactional::{Db, Fault, Outcome, Sandbox, Session, retry_on_error, transactional};
use tests::servers::TestDatabase;
use tokio::net::TcpListener;

async fn serve(application: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("the loopback has free ports");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, application).await });
    address
}

tokio::task_local! {
    /// How many failures of the current test were converted into a response.
    static CONVERSIONS: Cell<usize>;
}

#[derive(Debug, PartialEq)]
enum Counted {
    Done,
    Failed,
}

impl Outcome for Counted {
    type Error = sqlx::Error;
    type Failed = Self;

    fn failed(&self) -> Option<&Self> {
        (*self != Self::Done).then_some(self)
    }

    fn from_error(_: sqlx::Error) -> Self {
        CONVERSIONS.with(|conversions| conversions.set(conversions.get() + 1));
        Self::Failed
    }
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    async fn add(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE accounts SET cents = cents + 1 WHERE id = 1").execute(session).await.map(drop)
    }

    #[transactional(from = &db)]
    async fn answered(State(db): State<Db<DB>>, session: &mut Session<DB>, Path(status): Path<u16>) -> impl IntoResponse {
        let status = StatusCode::from_u16(status).unwrap_or_default();
        add(session).await.map_or_else(Response::from_error, |()| status.into_response())
    }

    /// The response that the body makes of the error does not contain the error.
    #[retry_on_error(attempts = 3, min_delay = "1ms")]
    #[transactional(from = &db)]
    async fn repeated(State(db): State<Db<DB>>, session: &mut Session<DB>) -> StatusCode {
        add(session).await.map_or(StatusCode::IM_A_TEAPOT, |()| StatusCode::CREATED)
    }

    #[retry_on_error(attempts = 3, min_delay = "1ms")]
    #[transactional]
    async fn counted(session: &mut Session<DB>) -> Counted {
        add(session).await.map_or_else(Counted::from_error, |()| Counted::Done)
    }

    fn application(db: Db<DB>) -> Router {
        Router::new().route("/answered/{status}", routing::get(answered)).route("/repeated", routing::get(repeated)).with_state(db)
    }

    async fn sandbox(database: &TestDatabase<DB>) -> Sandbox<DB> {
        Sandbox::open(&database.pool(PoolOptions::new().max_connections(2))).await.expect("a sandbox")
    }

    #[tokio::test]
    async fn the_status_decides() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let db = Db::from(database.pool(PoolOptions::new().max_connections(2)));
        let mut client = Client::of(serve(application(db)).await).await;
        let mut cents = 1000;
        for (status, commits) in [(200, true), (204, true), (303, true), (400, false), (404, false), (409, false), (500, false), (503, false)] {
            cents += i64::from(commits);
            assert_eq!(client.ask(get(&format!("/answered/{status}"))).await.status, status);
            assert_eq!(database.integer("SELECT cents FROM accounts WHERE id = 1").await, cents, "{status}");
        }
    }

    #[tokio::test]
    async fn a_conflict_is_tried_again_whatever_the_body_made_of_it() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let sandbox = sandbox(&database).await;
        let mut client = Client::of(serve(application(sandbox.db())).await).await;
        for fault in [Fault::Deadlock.at_statement(1), Fault::Deadlock.at_commit()] {
            sandbox.fail_next(fault);
            assert_eq!(client.ask(get("/repeated")).await.status, 201);
            assert_eq!(sandbox.faults_waiting(), 0);
        }
        sandbox.close().await.expect("nothing escaped");
    }

    #[tokio::test]
    async fn a_commit_without_an_answer_is_no_200() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let sandbox = sandbox(&database).await;
        let mut client = Client::of(serve(application(sandbox.db())).await).await;
        sandbox.fail_next(Fault::CommitUnknown { stored: true });
        let answer = client.ask(get("/answered/200")).await;
        assert_eq!((answer.status, answer.text()), (500, "it is not known whether this was carried out: look before you try again"));
        sandbox.close().await.expect("nothing escaped");
    }

    /// Only the failure that becomes the response is converted and logged. An attempt that is
    /// followed by another one is not.
    #[tokio::test]
    async fn what_is_tried_again_is_not_converted() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let sandbox = sandbox(&database).await;
        for (faults, outcome, conversions) in [(2, Counted::Done, 0), (3, Counted::Failed, 1)] {
            for _ in 0..faults {
                sandbox.fail_next(Fault::Deadlock.at_commit());
            }
            let counted = async { (counted(&sandbox.db()).await, CONVERSIONS.with(Cell::get)) };
            assert_eq!(CONVERSIONS.scope(Cell::new(0), counted).await, (outcome, conversions));
        }
        sandbox.close().await.expect("nothing escaped");
    }
} }

mod deferred {
    use super::*;

    on! { [postgres Postgres sqlite Sqlite] {
        #[transactional(from = &db)]
        async fn orders(State(db): State<Db<DB>>, session: &mut Session<DB>) -> Response {
            let inserted = sqlx::query("INSERT INTO orders VALUES (7)").execute(session).await;
            inserted.map_or_else(Response::from_error, |_| StatusCode::CREATED.into_response())
        }

        /// Every statement succeeded, and the body returned 201.
        #[tokio::test]
        async fn a_commit_that_is_refused_is_a_conflict() {
            let database = TestDatabase::<DB>::new().await;
            let orders_of_shops =
                "CREATE TABLE shops (id BIGINT PRIMARY KEY); CREATE TABLE orders (shop BIGINT REFERENCES shops (id) DEFERRABLE INITIALLY DEFERRED)";
            database.run(orders_of_shops).await;
            let db = Db::from(database.pool(PoolOptions::new().max_connections(2)));
            let application = Router::new().route("/orders", routing::get(orders)).with_state(db);
            let answer = Client::of(serve(application).await).await.ask(get("/orders")).await;
            assert_eq!((answer.status, answer.text()), (409, "not carried out: it contradicts what is stored"));
            assert_eq!(database.integer("SELECT COUNT(*) FROM orders").await, 0);
        }
    } }
}
