//! The process: configuration, port and shutdown.
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
    // `launch` returns after Ctrl-C or SIGTERM, and reports an error if a request outlasts rocket's
    // shutdown. That request goes on, and `Db::close` waits for it.
    let served = application(db.clone(), configuration).await?.launch().await;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    served?;
    Ok(())
}
