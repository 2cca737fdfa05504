//! Users and their favorite creatures, of which a call adds many or none: a rocket service on
//! PostgreSQL, MySQL or SQLite. Start with `favorites.rs`, which has the transactions.

mod error;
mod favorites;
mod name;

use std::{future::ready, time::Duration};

use rocket::{
    Build, Request, Rocket, State, catch, catchers,
    config::LogLevel,
    delete,
    fairing::AdHoc,
    figment::Figment,
    get,
    http::Status,
    post,
    response::status::{Created, NoContent},
    routes,
    serde::json::Json,
};
use serde::{Deserialize, Serialize};
use sqlx::{
    Any, Executor as _,
    migrate::{MigrateError, Migrator},
};
use sqlx_transactional::{Db, DbOptions, Health, Stats};

use crate::{
    error::{ApiError, Failure},
    favorites::{Creature, Favorites, Pragmas},
    name::Name,
};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The options of the other services, and one pragma.
pub fn options(options: DbOptions<Any>) -> DbOptions<Any> {
    service::options(options).on_connect(|connection| {
        Box::pin(async move {
            if connection.backend_name() == "SQLite" {
                // With WAL and the default, NORMAL, a power cut may lose the last commits.
                connection.execute("PRAGMA synchronous = FULL").await?;
            }
            Ok(())
        })
    })
}

/// Runs the migrations.
///
/// # Errors
/// A migration failed, or no connection could be acquired.
pub async fn migrate(db: &Db<Any>) -> Result<(), MigrateError> {
    db.migrate(&MIGRATOR).await
}

/// The service.
///
/// # Errors
/// No connection could be acquired.
pub async fn application(
    db: Db<Any>,
    configuration: Figment,
) -> Result<Rocket<Build>, sqlx::Error> {
    // Rocket's own log is not JSON.
    Ok(rocket::custom(configuration.merge(("log_level", LogLevel::Off)))
        .manage(Favorites::new(db).await?)
        .mount("/", routes![register, add, list, remove, creatures, connection, health])
        .register("/", catchers![refused])
        .attach(AdHoc::on_liftoff("listening", |rocket| {
            tracing::info!(address = %rocket.config().address, port = rocket.config().port, "listening");
            Box::pin(ready(()))
        }))
        .attach(AdHoc::on_response("answered", |request, response| {
            tracing::info!(method = %request.method(), path = %request.uri().path(), status = response.status().code, "answered");
            Box::pin(ready(()))
        })))
}

#[derive(Debug, Serialize, Deserialize)]
struct User {
    name: Name,
}

#[post("/users", data = "<user>")]
async fn register(
    favorites: &State<Favorites>,
    user: Json<User>,
) -> Result<Created<Json<User>>, ApiError> {
    favorites.register(&favorites.db, &user.name).await?;
    Ok(Created::new(format!("/users/{}/favorites", user.name.as_str())).body(user))
}

#[post("/users/<user>/favorites", data = "<creatures>")]
async fn add(
    favorites: &State<Favorites>,
    user: Name,
    creatures: Json<Vec<Name>>,
) -> Result<(Status, Json<Vec<String>>), ApiError> {
    let all = favorites.add_all(&favorites.db, &user, &creatures).await?;
    Ok((Status::Created, Json(all)))
}

#[get("/users/<user>/favorites")]
async fn list(favorites: &State<Favorites>, user: Name) -> Result<Json<Vec<String>>, ApiError> {
    favorites.list(&favorites.db, &user).await.map(Json)
}

#[delete("/users/<user>/favorites/<creature>")]
async fn remove(
    favorites: &State<Favorites>,
    user: Name,
    creature: Name,
) -> Result<NoContent, ApiError> {
    favorites.remove(&favorites.db, &user, &creature).await?;
    Ok(NoContent)
}

#[get("/creatures")]
async fn creatures(favorites: &State<Favorites>) -> Result<Json<Vec<Creature>>, ApiError> {
    favorites.creatures(&favorites.db).await.map(Json)
}

/// The connection of the service, without the URL or other secrets.
#[derive(Debug, Serialize)]
struct Connection {
    database: &'static str,
    server_version: Option<String>,
    pragmas: Option<Pragmas>,
    stats: Stats,
}

#[get("/connection")]
async fn connection(favorites: &State<Favorites>) -> Result<(Status, Json<Connection>), ApiError> {
    let (status, Json(health)) = health(favorites).await;
    let connection = Connection {
        database: favorites.dialect.name(),
        server_version: health.writer.server_version,
        pragmas: favorites.pragmas().await?,
        stats: favorites.db.stats(),
    };
    Ok((status, Json(connection)))
}

#[get("/health")]
async fn health(favorites: &State<Favorites>) -> (Status, Json<Health>) {
    let health = favorites.db.health(Duration::from_secs(1)).await;
    (
        if health.is_ready() {
            Status::Ok
        } else {
            Status::ServiceUnavailable
        },
        Json(health),
    )
}

/// The response to requests that reach no handler, or that a guard refused.
#[catch(default)]
fn refused(status: Status, _: &Request<'_>) -> Json<Failure> {
    Json(Failure {
        class: "request",
        error: status.reason_lossy().to_owned(),
    })
}
