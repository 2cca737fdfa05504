//! Functions that return a response: what commits, and what a failed transaction returns.
#![deny(warnings)]

use axum::{
    debug_handler,
    extract::State,
    http::{Response as HttpResponse, StatusCode},
    response::{IntoResponse, Response},
};
use sqlx::Sqlite;
use sqlx_transactional::{
    Class, Db, Outcome, Session, retry_on_error, transactional, transactional_methods,
};

use crate::{database, sent};

/// Adds one cent to the first account.
async fn add(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE account SET cents = cents + 1 WHERE id = 1")
        .execute(session)
        .await
        .map(drop)
}

async fn cents(db: &Db<Sqlite>) -> i64 {
    sqlx::query_scalar("SELECT cents FROM account WHERE id = 1")
        .fetch_one(db.pool())
        .await
        .expect("the account")
}

#[transactional(from = &db)]
#[debug_handler]
async fn response(
    State(db): State<Db<Sqlite>>,
    session: &mut Session<Sqlite>,
    status: String,
) -> Response {
    if let Err(error) = add(session).await {
        return Response::from_error(error);
    }
    let Ok(status) = status.parse::<StatusCode>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    status.into_response()
}

#[transactional]
async fn text(session: &mut Session<Sqlite>, status: StatusCode) -> HttpResponse<String> {
    add(session)
        .await
        .map_or_else(HttpResponse::from_error, |()| {
            let mut response = HttpResponse::new(String::from("done"));
            *response.status_mut() = status;
            response
        })
}

#[transactional]
async fn status(session: &mut Session<Sqlite>, status: StatusCode) -> StatusCode {
    add(session)
        .await
        .map_or_else(StatusCode::from_error, |()| status)
}

#[transactional(from = &db)]
#[debug_handler]
async fn hidden(
    State(db): State<Db<Sqlite>>,
    session: &mut Session<Sqlite>,
    body: String,
) -> impl IntoResponse + use<> {
    let created = add(session).await.is_ok() && body.is_empty();
    if created {
        (StatusCode::CREATED, "created")
    } else {
        (StatusCode::CONFLICT, "taken")
    }
}

/// The hidden type is a `Result`, and both of its sides are responses.
#[transactional(timeout = "2s")]
async fn hidden_result(session: &mut Session<Sqlite>, fails: bool) -> impl IntoResponse {
    add(session).await.map_err(StatusCode::from_error)?;
    if fails {
        Err(StatusCode::IM_A_TEAPOT)
    } else {
        Ok("done")
    }
}

#[retry_on_error(attempts = 3)]
#[transactional]
async fn hidden_again(session: &mut Session<Sqlite>, body: String) -> impl IntoResponse {
    let attempt = session.attempt();
    add(session)
        .await
        .map(|()| format!("{body} {attempt}"))
        .map_err(StatusCode::from_error)
}

/// `when` gets the response.
#[retry_on_error(attempts = 3, min_delay = "1ms", when = is_too_early)]
#[transactional]
async fn too_early(session: &mut Session<Sqlite>) -> StatusCode {
    let attempt = session.attempt();
    add(session)
        .await
        .map_or_else(StatusCode::from_error, |()| {
            if attempt < 3 {
                StatusCode::TOO_EARLY
            } else {
                StatusCode::OK
            }
        })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what `when` calls")]
fn is_too_early(status: &StatusCode) -> bool {
    *status == StatusCode::TOO_EARLY
}

#[retry_on_error(attempts = 2, min_delay = "1ms", when = is_unavailable)]
async fn fetched(body: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, body.to_owned()).into_response()
}

fn is_unavailable(response: &Response) -> bool {
    response.status() == StatusCode::SERVICE_UNAVAILABLE
}

/// Inside a `Result`, a response is a value like any other.
#[transactional]
async fn in_a_result(session: &mut Session<Sqlite>) -> Result<Response, sqlx::Error> {
    add(session).await?;
    Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A foreign error type, which cannot implement `From<sqlx::Error>`.
type Refused = (StatusCode, String);

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` calls")]
fn refused(error: sqlx::Error) -> Refused {
    let status = StatusCode::from_u16(Class::of(&error).http_status());
    (
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        error.to_string(),
    )
}

#[retry_on_error(when = is_busy)]
#[transactional(map_err = refused)]
async fn mapped(session: &mut Session<Sqlite>, fails: bool) -> Result<impl Into<i64>, Refused> {
    add(session).await.map_err(refused)?;
    if fails {
        Err((StatusCode::CONFLICT, String::from("asked for")))
    } else {
        Ok(1)
    }
}

fn is_busy((status, _): &Refused) -> bool {
    *status == StatusCode::TOO_MANY_REQUESTS
}

#[derive(Debug, PartialEq, Eq)]
enum Own {
    Done,
    Refused,
    Failed(u16),
}

impl Outcome for Own {
    type Error = sqlx::Error;
    type Failed = Self;

    fn failed(&self) -> Option<&Self> {
        (*self != Self::Done).then_some(self)
    }

    fn from_error(error: sqlx::Error) -> Self {
        Self::Failed(Class::of(&error).http_status())
    }
}

struct Bank {
    db: Db<Sqlite>,
}

#[transactional_methods]
impl Bank {
    #[transactional(from = &self.db)]
    async fn own(&self, session: &mut Session<Sqlite>, outcome: Own) -> Own {
        add(session)
            .await
            .map_or_else(Own::from_error, |()| outcome)
    }
}

#[tokio::test]
async fn success_commits_and_failure_rolls_back() {
    let db = database().await;
    let state = || State(db.clone());
    let mut stored = cents(&db).await;
    for (code, commits) in [(204, true), (303, true), (404, false), (503, false)] {
        stored += i64::from(commits) * 3;
        let code = StatusCode::from_u16(code).expect("a status");
        assert_eq!(
            sent(response(state(), code.as_str().to_owned()))
                .await
                .status(),
            code
        );
        assert_eq!(sent(text(&db, code)).await.status(), code);
        assert_eq!(sent(status(&db, code)).await, code);
        assert_eq!(cents(&db).await, stored, "{code}");
    }
    assert_eq!(
        sent(hidden(state(), String::new()))
            .await
            .into_response()
            .status(),
        StatusCode::CREATED
    );
    assert_eq!(
        sent(hidden(state(), String::from("x")))
            .await
            .into_response()
            .status(),
        StatusCode::CONFLICT
    );
    assert_eq!(cents(&db).await, stored + 1);
    assert_eq!(
        sent(hidden_result(&db, false))
            .await
            .into_response()
            .status(),
        StatusCode::OK
    );
    assert_eq!(
        sent(hidden_result(&db, true))
            .await
            .into_response()
            .status(),
        StatusCode::IM_A_TEAPOT
    );
    assert_eq!(cents(&db).await, stored + 2);
    assert_eq!(
        sent(hidden_again(&db, String::from("attempt")))
            .await
            .into_response()
            .status(),
        StatusCode::OK
    );
    assert_eq!(sent(too_early(&db)).await, StatusCode::OK);
    assert_eq!(cents(&db).await, stored + 4);
    assert_eq!(
        sent(fetched("")).await.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[tokio::test]
async fn results_and_own_types() {
    let db = database().await;
    let bank = Bank { db: db.clone() };
    let stored = cents(&db).await;
    assert!(
        sent(in_a_result(&db))
            .await
            .is_ok_and(|response| response.status().is_server_error())
    );
    assert_eq!(cents(&db).await, stored + 1);
    assert_eq!(sent(bank.own(Own::Done)).await, Own::Done);
    assert_eq!(sent(bank.own(Own::Refused)).await, Own::Refused);
    assert_eq!(sent(mapped(&db, false)).await.map(Into::into), Ok(1));
    assert_eq!(
        sent(mapped(&db, true)).await.map(Into::into),
        Err((StatusCode::CONFLICT, String::from("asked for")))
    );
    assert_eq!(cents(&db).await, stored + 3);
}

#[tokio::test]
async fn what_fails_around_the_body_is_a_response_too() {
    let db = database().await;
    db.pool().close().await;
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    assert_eq!(
        sent(response(State(db.clone()), String::new()))
            .await
            .status(),
        unavailable
    );
    assert_eq!(
        sent(text(&db, StatusCode::OK)).await.body(),
        "not carried out: try again later"
    );
    assert_eq!(sent(status(&db, StatusCode::OK)).await, unavailable);
    assert_eq!(
        sent(hidden(State(db.clone()), String::new()))
            .await
            .into_response()
            .status(),
        unavailable
    );
    assert_eq!(
        sent(hidden_again(&db, String::new()))
            .await
            .into_response()
            .status(),
        unavailable
    );
    assert_eq!(
        sent(mapped(&db, false))
            .await
            .map_err(|(status, _)| status)
            .map(Into::into),
        Err::<i64, _>(unavailable)
    );
    assert_eq!(Bank { db }.own(Own::Done).await, Own::Failed(503));
}
