//! Accounts and their A/B tests: a poem service on PostgreSQL, MySQL or SQLite. Start with
//! `api.rs`, which has the transactions. Services and repositories get the session from their
//! caller.

mod access;
mod api;
mod error;
mod experiments;
mod repositories;
mod schema;
mod tables;

use std::{sync::Arc, time::Duration};

use poem::{
    Endpoint, EndpointExt as _, Route, get, handler,
    http::StatusCode,
    web::{Data, Json},
};
use poem_openapi::OpenApiService;
pub use service::Params;
use service::{Dialect, Passwords};
use sqlx::{
    Any,
    migrate::{MigrateError, Migrator},
};
use sqlx_transactional::{Db, Health};

use crate::{access::Doorkeeper, api::Api, error::refused, experiments::Laboratory};
pub use crate::{
    repositories::{Accounts, Campaigns, Visits},
    schema::{Campaign, Variant},
    tables::Tables,
};

static TABLES: Migrator = sqlx::migrate!("migrations/tables");
static DEFERRED: Migrator = sqlx::migrate!("migrations/deferred");
static IMMEDIATE: Migrator = sqlx::migrate!("migrations/immediate");

/// Runs the migrations.
///
/// # Errors
/// A migration failed, or no connection could be acquired.
pub async fn migrate(db: &Db<Any>) -> Result<(), MigrateError> {
    let checked = if Dialect::of(db).await? == Dialect::MySql {
        &IMMEDIATE
    } else {
        &DEFERRED
    };
    db.migrate(&Migrator::with_migrations(
        TABLES.iter().chain(checked.iter()).cloned().collect(),
    ))
    .await
}

/// The repositories of the service.
#[derive(Clone)]
#[allow(
    missing_debug_implementations,
    reason = "a repository need not be `Debug`"
)]
pub struct Repositories {
    /// Accounts and their logins.
    pub accounts: Arc<dyn Accounts>,
    /// Campaigns and their variants.
    pub campaigns: Arc<dyn Campaigns>,
    /// The variants of visitors, and their conversions.
    pub visits: Arc<dyn Visits>,
}

impl Repositories {
    /// Repositories on the tables of this database.
    ///
    /// # Errors
    /// No connection could be acquired.
    pub async fn of(db: &Db<Any>) -> Result<Self, sqlx::Error> {
        let tables = Arc::new(Tables(Dialect::of(db).await?));
        Ok(Self {
            accounts: tables.clone(),
            campaigns: tables.clone(),
            visits: tables,
        })
    }
}

/// The API, its documentation and its health check. Logins end after `login_lasts`; passwords are
/// hashed at `cost`.
pub fn application(
    db: Db<Any>,
    repositories: Repositories,
    login_lasts: Duration,
    cost: Params,
) -> impl Endpoint + 'static {
    let Repositories {
        accounts,
        campaigns,
        visits,
    } = repositories;
    let api = Api {
        db: db.clone(),
        access: Arc::new(Doorkeeper {
            accounts,
            passwords: Passwords::new(cost),
            login_lasts,
        }),
        experiments: Arc::new(Laboratory { campaigns, visits }),
    };
    let api = OpenApiService::new(api, "Campaigns", env!("CARGO_PKG_VERSION"));
    Route::new()
        .nest("/docs", api.swagger_ui())
        .at("/openapi.json", api.spec_endpoint())
        .at("/health", get(health))
        .nest("/", api)
        .catch_all_error(refused)
        .data(db)
}

#[handler]
async fn health(db: Data<&Db<Any>>) -> (StatusCode, Json<Health>) {
    let health = db.health(Duration::from_secs(1)).await;
    (
        if health.is_ready() {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        },
        Json(health),
    )
}
