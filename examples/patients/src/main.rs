//! The service as a process: configuration, logs, the port, the outbox, and the end.
use std::{error::Error, net::TcpListener, sync::Arc, thread::available_parallelism, time::Duration};

use patients::{Log, MIGRATIONS, Params, Patients};
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    service::log();
    let db = service::open("patients.db").await?;
    db.migrate(&MIGRATIONS).await?;
    let listener = TcpListener::bind(service::address())?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    let patients = Patients::new(db.clone(), Arc::new(Log), Params::default()).await?;
    let (ending, ended) = oneshot::channel::<()>();
    let outbox = tokio::spawn(patients.outbox().run(async { drop(ended.await) }));
    patients.serve(listener, available_parallelism()?.get(), service::asked_to_end())?.await?;
    drop(ending);
    outbox.await?;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    Ok(())
}
