//! The service as a process: configuration, logs, the port, and the end.
use std::{env, error::Error, time::Duration};

use certificates::{Renderer, application, migrate};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    service::log();
    let db = service::open("certificates.db").await?;
    migrate(&db).await?;
    let listener = TcpListener::bind(service::address()).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    let renderer = match env::var("RENDERER_FAILS_EVERY") {
        Ok(n) => Renderer::failing_every(n.parse()?),
        Err(_) => Renderer::default(),
    };
    let application = application(db.clone(), renderer).await?;
    axum::serve(listener, application).with_graceful_shutdown(service::asked_to_end()).await?;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    Ok(())
}
