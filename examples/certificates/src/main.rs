//! The service as a process: configuration, logs, the port, and the end.
use std::{env, error::Error, time::Duration};

use certificates::{Renderer, application, migrate};
use sqlx::Any;
use sqlx_transactional::{Db, DbOptions};
use tokio::{
    net::TcpListener,
    signal::{
        ctrl_c,
        unix::{SignalKind, signal},
    },
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().json().with_env_filter(filter).init();
    let db = open().await?;
    migrate(&db).await?;
    let listener = TcpListener::bind(env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned())).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    let renderer = match env::var("RENDERER_FAILS_EVERY") {
        Ok(n) => Renderer::failing_every(n.parse()?),
        Err(_) => Renderer::default(),
    };
    let application = application(db.clone(), renderer).await?;
    axum::serve(listener, application).with_graceful_shutdown(asked_to_end()).await?;
    let closed = db.close(Duration::from_secs(10)).await;
    tracing::info!(?closed, "ended");
    Ok(())
}

/// What the environment names, or a file of SQLite in the working directory.
async fn open() -> Result<Db<Any>, sqlx::Error> {
    if env::var_os("DATABASE_URL").is_none() && env::var_os("DB_NAME").is_none() {
        return Db::connect("sqlite://certificates.db?mode=rwc").await;
    }
    let db = DbOptions::<Any>::from_env()?.pool(|pool| pool.max_connections(10)).connect().await?;
    Ok(db.with_timeout(Duration::from_secs(5)))
}

async fn asked_to_end() {
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return drop(ctrl_c().await) };
    tokio::select! {
        _ = ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}
