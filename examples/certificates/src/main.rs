//! The process: configuration, log, port and shutdown.
use std::{error::Error, process::ExitCode, time::Duration};

use certificates::{Renderer, application, migrate};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    service::run(serve()).await
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let db = service::open("certificates.db").await?;
    migrate(&db).await?;
    let fails_every = service::variable("RENDERER_FAILS_EVERY", "positive number", "7")?;
    let renderer = fails_every.map_or_else(Renderer::default, Renderer::failing_every);
    let application = application(db.clone(), renderer).await?;
    let listener = TcpListener::from_std(service::listener()?)?;
    axum::serve(listener, application)
        .with_graceful_shutdown(service::asked_to_end())
        .await?;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    Ok(())
}
