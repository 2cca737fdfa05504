//! The process: configuration, log, port and shutdown.
use std::{error::Error, process::ExitCode, time::Duration};

use campaigns::{Params, Repositories, application, migrate};
use poem::{Server, listener::TcpAcceptor};

#[tokio::main]
async fn main() -> ExitCode {
    service::run(serve()).await
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let db = service::open("campaigns.db").await?;
    migrate(&db).await?;
    let seconds = service::variable("LOGIN_SECONDS", "number of seconds", "3600")?;
    let login_lasts = seconds.map_or(Duration::from_hours(12), Duration::from_secs);
    let application = application(
        db.clone(),
        Repositories::of(&db).await?,
        login_lasts,
        Params::default(),
    );
    let server = Server::new_with_acceptor(TcpAcceptor::from_std(service::listener()?)?);
    server
        .run_with_graceful_shutdown(
            application,
            service::asked_to_end(),
            Some(Duration::from_secs(10)),
        )
        .await?;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    Ok(())
}
