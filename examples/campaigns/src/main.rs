//! The service as a process: configuration, logs, the port, and the end.
use std::{env, error::Error, time::Duration};

use campaigns::{Params, Repositories, application, migrate};
use poem::{Server, listener::TcpListener};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    service::log();
    let db = service::open("campaigns.db").await?;
    migrate(&db).await?;
    let login_lasts = match env::var("LOGIN_SECONDS") {
        Ok(seconds) => Duration::from_secs(seconds.parse()?),
        Err(_) => Duration::from_hours(12),
    };
    let application = application(db.clone(), Repositories::of(&db).await?, login_lasts, Params::default());
    // Which logs where it listens.
    let server = Server::new(TcpListener::bind(service::address()));
    server.run_with_graceful_shutdown(application, service::asked_to_end(), Some(Duration::from_secs(10))).await?;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    Ok(())
}
