//! axum handlers: the session is made `from` the state.
#![deny(warnings)]

use axum::{
    Router, debug_handler,
    extract::{FromRef, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use sqlx::Sqlite;
use sqlx_transactional::{Db, Session, retry_on_error, transactional};

use crate::{database, sent};

#[derive(Clone)]
struct Shop {
    db: Db<Sqlite>,
}

impl FromRef<Shop> for Db<Sqlite> {
    fn from_ref(shop: &Shop) -> Self {
        shop.db.clone()
    }
}

#[derive(Debug)]
struct ApiError(sqlx::Error);

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

impl ApiError {
    const fn is_about_the_pool(&self) -> bool {
        matches!(self.0, sqlx::Error::PoolTimedOut)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}

#[transactional(from = &shop.db)]
async fn place(
    State(shop): State<Shop>,
    session: &mut Session<Sqlite>,
    headers: HeaderMap,
    order: String,
) -> Result<String, ApiError> {
    let length: i64 = sqlx::query_scalar("SELECT length(?)")
        .bind(order)
        .fetch_one(session)
        .await?;
    Ok(format!("{length} {}", headers.len()))
}

#[retry_on_error]
#[transactional(from = &db)]
#[debug_handler(state = Shop)]
async fn retried(
    State(db): State<Db<Sqlite>>,
    session: &mut Session<Sqlite>,
    mut order: String,
) -> Result<String, ApiError> {
    order.push('!');
    Ok(sqlx::query_scalar("SELECT ?")
        .bind(order)
        .fetch_one(session)
        .await?)
}

#[retry_on_error(when = ApiError::is_about_the_pool)]
#[debug_handler(state = Shop)]
async fn retried_alone(
    State(shop): State<Shop>,
    headers: HeaderMap,
    order: String,
) -> Result<Response, ApiError> {
    drop(shop);
    Ok((headers, order).into_response())
}

#[transactional(from = &db)]
#[debug_handler(state = Shop)]
async fn checked(
    State(db): State<Db<Sqlite>>,
    session: &mut Session<Sqlite>,
) -> Result<impl IntoResponse, ApiError> {
    let cents: i64 = sqlx::query_scalar("SELECT cents FROM account WHERE id = 1")
        .fetch_one(session)
        .await?;
    Ok((StatusCode::CREATED, cents.to_string()))
}

/// Begins the transaction in the handler, by a call.
async fn calls(State(shop): State<Shop>) -> Result<String, ApiError> {
    Ok(cents(&shop.db, 2).await?.to_string())
}

#[transactional]
async fn cents(session: &mut Session<Sqlite>, id: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT cents FROM account WHERE id = ?")
        .bind(id)
        .fetch_one(session)
        .await
}

#[tokio::test]
async fn handlers() -> Result<(), ApiError> {
    let shop = Shop {
        db: database().await,
    };
    let _router: Router = Router::new()
        .route("/place", post(place))
        .route("/retried", post(retried).get(retried_alone))
        .route("/checked", get(checked))
        .route("/calls", get(calls))
        .with_state(shop.clone());
    assert_eq!(
        sent(place(
            State(shop.clone()),
            HeaderMap::new(),
            String::from("four")
        ))
        .await?,
        "4 0"
    );
    assert_eq!(
        sent(retried(State(shop.db.clone()), String::from("four"))).await?,
        "four!"
    );
    assert_eq!(
        sent(retried_alone(
            State(shop.clone()),
            HeaderMap::new(),
            String::new()
        ))
        .await?
        .status(),
        StatusCode::OK
    );
    assert_eq!(
        sent(checked(State(shop.db.clone())))
            .await?
            .into_response()
            .status(),
        StatusCode::CREATED
    );
    assert_eq!(sent(calls(State(shop))).await?, "0");
    Ok(())
}
