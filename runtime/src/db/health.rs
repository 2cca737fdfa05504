//! `Db::health`: asks the server behind each pool for its version and role, and measures the time.
//!
//! This file owns the report and its judgement (live, ready, degraded). The SQL of the question is
//! the driver's. Figures that need no round trip are in `stats.rs`.
use std::time::Duration;

use futures_util::future::{join, join_all};
use sqlx::Pool;
use tokio::time::{Instant, timeout};

use crate::{
    db::{Db, stats::PoolStats},
    driver::{Backend, Driver, connect::Connect, server::ServerInfo},
    error::class::Class,
    transaction::runtime::DbRuntime,
};

/// The result of [`Db::health`].
///
/// With the feature `serde` it implements `Serialize`, so it can be the body of a health check's
/// response. Durations are then numbers of milliseconds, in fields that end in `_ms`. It contains
/// no password and no URL.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Health {
    /// The pool for transactions that write.
    pub writer: PoolHealth,
    /// The pools for transactions that only read, in the order in which they were given.
    pub readers: Vec<PoolHealth>,
    /// Whether [`Db::close`] was called.
    pub closed: bool,
}

impl Health {
    /// For liveness probes: returns false only after [`Db::close`]. Restarting the process fixes
    /// neither an unreachable database nor a busy pool. A liveness probe can ask
    /// [`Db::is_closed`] instead, which gives the same answer without a round trip.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        !self.closed
    }

    /// For readiness probes: returns true if the handle is open and the writer is
    /// [`Up`](Status::Up). Respond with 200 if so, else with 503, so that the load balancer sends
    /// requests to other processes meanwhile. A [busy](Status::Busy) writer is not ready, because
    /// the next call would have to wait.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.closed && self.writer.status == Status::Up
    }

    /// Returns true if the handle [is ready](Self::is_ready) but at least one reader is not
    /// [`Up`](Status::Up). It is a reason for an alert. It is no reason to stop sending requests to
    /// the process, because calls that only read use other readers or the writer.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.is_ready()
            && self
                .readers
                .iter()
                .any(|reader| reader.status != Status::Up)
    }
}

/// The health of one pool.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolHealth {
    /// Whether the server answered.
    pub status: Status,
    /// Time between acquiring the connection and the server's reply. `None` without a reply.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "latency_ms", serialize_with = "as_milliseconds")
    )]
    pub latency: Option<Duration>,
    /// Time that acquiring the connection took, including opening a new one. `None` if no
    /// connection was acquired.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "wait_ms", serialize_with = "as_milliseconds")
    )]
    pub wait: Option<Duration>,
    /// The version, as the server reports it. `None` without a reply.
    pub server_version: Option<String>,
    /// The role of the server. `None` without a reply.
    pub role: Option<Role>,
    /// Why the server did not answer, or was not asked. `None` if the status is `Up`.
    pub error: Option<String>,
    /// The figures of the pool before the check acquired a connection.
    pub pool: PoolStats,
}

/// Whether the server behind a pool answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Status {
    /// The server answered.
    Up,
    /// The server was not asked: all connections were in use until the wait for one ended.
    Busy,
    /// The server did not answer, or no connection to it could be opened, or the pool is closed.
    Down,
}

/// The role of a server or of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Role {
    /// The server accepts writes.
    Primary,
    /// The server replicates another one: a PostgreSQL server in recovery, or a MySQL or MariaDB
    /// server with `read_only`.
    Replica,
    /// A pool of SQLite connections for transactions that only read.
    Reader,
}

impl<DB: Driver> Db<DB> {
    /// Asks the server behind each pool for its version and role, on a pooled connection. All pools
    /// are asked concurrently, and the whole check takes at most `deadline`.
    ///
    /// Returns a report, also if no server answers. If all connections of a pool are in use, the
    /// check waits for one as a call does. If it gets none in time, the pool is
    /// [`Busy`](Status::Busy), not [`Down`](Status::Down). A dead connection is replaced, as it
    /// is for a call.
    ///
    /// # Cancellation
    /// Connections to servers that were already acquired are closed, because an answer may still
    /// arrive on them.
    ///
    /// # Examples
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sqlx::Error> {
    /// use std::time::Duration;
    ///
    /// use sqlx::Sqlite;
    /// use sqlx_transactional::Db;
    ///
    /// /// `GET /ready`; `GET /live` answers 200 without a look at the database.
    /// async fn ready(db: &Db<Sqlite>) -> (u16, String) {
    ///     let health = db.health(Duration::from_secs(1)).await;
    ///     let status = if health.is_ready() { 200 } else { 503 };
    ///     (status, format!("{health:?}")) // `axum::Json(health)`, with the feature `serde`
    /// }
    ///
    /// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
    /// assert_eq!(ready(&db).await.0, 200);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn health(&self, deadline: Duration) -> Health {
        let (shared, closed) = (&*self.shared, self.is_closed());
        let ask = |pool, role| ask(pool, &shared.runtime, role, self.stats_of(pool), deadline);
        // SQLite has no SQL that tells whether a file was opened read-only, so the role follows
        // from the purpose of the pool.
        let reader = if DB::Backend::rules_for(&shared.writer.connect_options()).has_one_writer {
            Role::Reader
        } else {
            Role::Primary
        };
        let readers = join_all(shared.readers.pools().map(|pool| ask(pool, reader)));
        let (writer, readers) = join(ask(&shared.writer, Role::Primary), readers).await;
        Health {
            writer,
            readers,
            closed,
        }
    }
}

/// Asks the server of one pool. `role` is the role to report if the server is not a replica.
async fn ask<DB: Driver>(
    pool: &Pool<DB>,
    runtime: &DbRuntime,
    role: Role,
    stats: PoolStats,
    deadline: Duration,
) -> PoolHealth {
    let began = Instant::now();
    let mut found = PoolHealth {
        status: Status::Down,
        latency: None,
        wait: None,
        server_version: None,
        role: None,
        error: None,
        pool: stats,
    };
    if stats.closed {
        return found.without_connection(false, text(&sqlx::Error::PoolClosed));
    }
    // On a pooled connection, not on one of its own: that would not notice an exhausted pool, and
    // would burden a server in trouble with one more connection. After a restart of the server all
    // pooled connections may be dead, so there is one try for each of them and one for a new one.
    for _ in 0..=stats.max {
        let asked = Instant::now();
        let mut connection = match timeout(
            deadline.saturating_sub(began.elapsed()),
            runtime.connection(pool, || pool.acquire()),
        )
        .await
        {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => {
                return found
                    .without_connection(matches!(error, sqlx::Error::PoolTimedOut), text(&error));
            }
            Err(_) => {
                return found
                    .without_connection(true, format!("no connection within {deadline:?}"));
            }
        };
        found.wait = Some(asked.elapsed());
        let asked = Instant::now();
        let answer = match connection.get() {
            Some(open) => {
                timeout(
                    deadline.saturating_sub(began.elapsed()),
                    DB::Backend::of(open).server_info(open),
                )
                .await
            }
            None => return found,
        };
        match answer {
            Ok(Ok(about)) => {
                connection.give_back();
                return found.answered(about, role, asked.elapsed());
            }
            Ok(Err(error)) => {
                let lost = Class::of_sqlx(&error) == Class::Connection
                    || matches!(error, sqlx::Error::Protocol(_));
                found.error = Some(text(&error));
                if !lost {
                    return found;
                }
            }
            Err(_) => {
                found.error = Some(format!("no answer within {deadline:?}"));
                return found;
            }
        }
    }
    found
}

impl PoolHealth {
    fn answered(self, about: ServerInfo, role: Role, latency: Duration) -> Self {
        let ServerInfo {
            version,
            is_replica,
        } = about;
        let role = if is_replica { Role::Replica } else { role };
        Self {
            status: Status::Up,
            latency: Some(latency),
            server_version: Some(version),
            role: Some(role),
            error: None,
            ..self
        }
    }

    fn without_connection(self, waited: bool, error: String) -> Self {
        let busy = waited && self.pool.is_saturated();
        // The error of a dead connection says more than the failure to get another connection.
        let error = self.error.or(Some(error));
        Self {
            status: if busy { Status::Busy } else { Status::Down },
            error,
            ..self
        }
    }
}

/// The text of an error for the report. Errors of the configuration are not shown, because they
/// may contain a password.
fn text(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(_) => "the pool's options cannot be used".into(),
        sqlx::Error::Database(error) => error.message().into(),
        error => error.to_string(),
    }
}

#[cfg(feature = "serde")]
#[expect(clippy::ref_option, reason = "what `serialize_with` calls")]
fn as_milliseconds<S: serde::Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration {
        // Rounded to microseconds.
        Some(duration) => {
            serializer.serialize_some(&((duration.as_secs_f64() * 1e6).round() / 1e3))
        }
        None => serializer.serialize_none(),
    }
}
