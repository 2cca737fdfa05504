//! Patients register, prove their e-mail address, and log in: an actix-web service on PostgreSQL,
//! MySQL or SQLite. Start with `registry.rs`, which has the transactions.

mod error;
mod mail;
mod outbox;
mod registry;

use std::{future::Future, io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, dev::Server, get, http::header::AUTHORIZATION,
    post, web,
};
use serde::{Deserialize, Serialize};
use service::{Dialect, Passwords};
use sqlx::{Any, migrate::Migrator};
use sqlx_transactional::{Db, Session, transactional};

use crate::{
    error::ApiError,
    registry::{Applicant, Patient, Registry},
};
pub use crate::{
    mail::{Log, Mail, Mailer, NotSent, Sending},
    outbox::{Outbox, Undelivered},
};
pub use service::Params;

/// The migrations that create the tables.
pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// The application.
#[derive(Clone)]
pub struct Patients {
    registry: Registry,
    passwords: Passwords,
}

impl Patients {
    /// Hashes passwords at `cost`.
    ///
    /// # Errors
    /// No connection could be acquired.
    pub async fn new(
        db: Db<Any>,
        mailer: Arc<dyn Mailer>,
        cost: Params,
    ) -> Result<Self, sqlx::Error> {
        Ok(Self {
            registry: Registry {
                dialect: Dialect::of(&db).await?,
                db,
                mailer,
            },
            passwords: Passwords::new(cost),
        })
    }

    /// The outbox, which sends the stored mails.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        let Registry {
            db,
            dialect,
            mailer,
        } = self.registry.clone();
        Outbox {
            db,
            dialect,
            mailer,
        }
    }

    /// Serves requests on `threads` threads until `end`, then finishes those that have arrived.
    ///
    /// # Errors
    /// The listener cannot be used.
    pub fn serve(
        self,
        listener: TcpListener,
        threads: usize,
        end: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<Server> {
        let patients = web::Data::new(self);
        let application = move || {
            App::new()
                .app_data(patients.clone())
                .app_data(web::JsonConfig::default().error_handler(|_, _| {
                    ApiError::Invalid("the body is not the JSON that this request needs").into()
                }))
                .service(register)
                .service(log_in)
                .service(me)
                .service(verify)
                .service(health)
        };
        // With this setting actix-web drops the request of a client that closes its connection, and
        // the transaction is rolled back.
        let server = HttpServer::new(application)
            .workers(threads)
            .h1_allow_half_closed(false);
        Ok(server.shutdown_signal(end).listen(listener)?.run())
    }
}

/// Hashes the password before the transaction begins.
#[post("/patients")]
async fn register(
    patients: web::Data<Patients>,
    applicant: web::Json<Applicant>,
) -> Result<HttpResponse, ApiError> {
    let applicant = applicant.into_inner().checked()?;
    let hash = patients.passwords.hash(applicant.password.clone()).await?;
    let patient = patients.registry.register(&applicant, &hash).await?;
    tracing::info!(patient = patient.id, "registered");
    Ok(HttpResponse::Created().json(patient))
}

#[derive(Deserialize)]
struct Login {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct LoggedIn {
    token: String,
}

/// Compares the password between two transactions.
#[post("/sessions")]
async fn log_in(
    patients: web::Data<Patients>,
    login: web::Json<Login>,
) -> Result<HttpResponse, ApiError> {
    let Login { email, password } = login.into_inner();
    let (id, hash) = patients.registry.account(&email).await?.unzip();
    let right = patients.passwords.is_right(password, hash).await?;
    let token = patients
        .registry
        .log_in(&id.ok_or(ApiError::WrongPassword)?, right)
        .await?;
    Ok(HttpResponse::Created().json(LoggedIn { token }))
}

#[get("/patients/me")]
async fn me(
    patients: web::Data<Patients>,
    request: HttpRequest,
) -> Result<web::Json<Patient>, ApiError> {
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok());
    let token = header
        .and_then(|header| header.strip_prefix("Bearer "))
        .ok_or(ApiError::NotLoggedIn)?;
    patients.registry.logged_in(token).await.map(web::Json)
}

/// The handler itself is the transaction.
#[transactional(from = &patients.registry.db)]
#[post("/verifications/{code}")]
async fn verify(
    patients: web::Data<Patients>,
    session: &mut Session<Any>,
    code: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    patients.registry.verify(session, &code).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[get("/health")]
async fn health(patients: web::Data<Patients>) -> HttpResponse {
    let health = patients.registry.db.health(Duration::from_secs(1)).await;
    if health.is_ready() {
        HttpResponse::Ok().json(health)
    } else {
        HttpResponse::ServiceUnavailable().json(health)
    }
}
