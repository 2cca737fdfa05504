//! The process: configuration, log, port, workers and shutdown.
use std::{error::Error, process::ExitCode, sync::Arc, time::Duration};

use schedules::{Candidates, Planner, migrate};
use service::Dialect;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

const FILE: &str = "schedules.db";

/// How many candidates a worker compares for each week.
const CANDIDATES: u64 = 1000;

#[tokio::main]
async fn main() -> ExitCode {
    service::run(serve()).await
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let db = service::open(FILE).await?;
    migrate(&db).await?;
    let beside = match Dialect::of(&db).await? {
        Dialect::Sqlite => None,
        _ => Some(
            service::open_with(FILE, |options| {
                service::options(options).pool(|pool| pool.max_connections(2))
            })
            .await?,
        ),
    };
    let ending = CancellationToken::new();
    let planner = Planner::new(db.clone(), beside.clone(), ending.clone()).await?;
    let workers = service::variable("WORKERS", "number", "2")?.unwrap_or(2);
    let candidates: Candidates = Arc::new(|| CANDIDATES);
    let workers: JoinSet<()> = (1..=workers)
        .map(|number| {
            planner
                .worker(&format!("worker-{number}"), Arc::clone(&candidates))
                .run()
        })
        .collect();
    let listener = TcpListener::from_std(service::listener()?)?;
    tokio::spawn(async move {
        service::asked_to_end().await;
        ending.cancel();
    });
    planner.serve(listener).await?;
    workers.join_all().await;
    let closed = db.close(Duration::from_secs(10)).await;
    if let Some(beside) = beside {
        beside.close(Duration::from_secs(10)).await;
    }
    tracing::info!(?closed, "ended");
    Ok(())
}
