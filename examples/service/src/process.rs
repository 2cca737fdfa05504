//! The process of a service: its log, its exit code, and the signals that end it.
use std::{error::Error, future::Future, process::ExitCode};

use tokio::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};
use tracing_subscriber::EnvFilter;

/// Runs a service. The log is one line of JSON an event, filtered by `RUST_LOG`, by default
/// `info,sqlx=warn`. If the service fails, the last line says why.
pub async fn run(service: impl Future<Output = Result<(), Box<dyn Error>>>) -> ExitCode {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .init();
    match service.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "failed");
            ExitCode::FAILURE
        }
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn asked_to_end() {
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        return drop(ctrl_c().await);
    };
    tokio::select! {
        _ = ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}
