//! The process: configuration, log, port, outbox and shutdown.
use std::{
    error::Error, process::ExitCode, sync::Arc, thread::available_parallelism, time::Duration,
};

use patients::{Log, MIGRATIONS, Params, Patients};
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> ExitCode {
    service::run(serve()).await
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let db = service::open("patients.db").await?;
    db.migrate(&MIGRATIONS).await?;
    let patients = Patients::new(db.clone(), Arc::new(Log), Params::default()).await?;
    let (ending, ended) = oneshot::channel::<()>();
    let outbox = tokio::spawn(patients.outbox().run(async { drop(ended.await) }));
    patients
        .serve(
            service::listener()?,
            available_parallelism()?.get(),
            service::asked_to_end(),
        )?
        .await?;
    drop(ending);
    outbox.await?;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    Ok(())
}
