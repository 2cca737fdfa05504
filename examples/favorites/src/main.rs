//! The service as a process: configuration, the port, and the end.
use std::{error::Error, process::ExitCode, time::Duration};

use favorites::{application, migrate, options};
use rocket::Config;

#[rocket::main]
async fn main() -> ExitCode {
    service::run(Box::pin(serve())).await
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let db = service::open_with("favorites.db", options).await?;
    migrate(&db).await?;
    let address = service::address()?;
    let configuration = Config::figment()
        .merge(("address", address.ip()))
        .merge(("port", address.port()));
    // Until Ctrl-C or SIGTERM, and a little longer. An error too where a request takes more than
    // that: it goes on, and the `Db` waits for it.
    let served = application(db.clone(), configuration).await?.launch().await;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    served?;
    Ok(())
}
