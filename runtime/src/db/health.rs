//! Whether the servers behind a handle answer, who they are, and how long it takes.
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

/// What [`Db::health`] found.
///
/// With the feature `serde` it can be serialized, as the answer of a health check; durations are
/// milliseconds, as their names say. It holds no password and no URL.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Health {
    /// The pool that transactions write through.
    pub writer: PoolHealth,
    /// Those for transactions that only read.
    pub readers: Vec<PoolHealth>,
    /// Whether the handle was closed.
    pub closed: bool,
}

impl Health {
    /// Whether the process is any use. Only a closed handle says no: a process that is started
    /// again finds a database that is down as this one did, and a saturated pool is work, not
    /// death. What a liveness probe asks; it does not need [`Db::health`], [`Db::is_closed`] tells
    /// as much.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        !self.closed
    }

    /// Whether calls can be expected to succeed now: the writer answered. What a readiness probe
    /// asks: 200 if so, else 503, and the load balancer sends requests elsewhere until it does. A
    /// pool that is [busy](Status::Busy) is not ready: the next call would wait.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.closed && self.writer.status == Status::Up
    }

    /// Whether it is ready, but a reader did not answer: something to be told of, not to be taken
    /// out of service for.
    #[must_use]
    pub fn is_degraded(&self) -> bool {
        self.is_ready()
            && self
                .readers
                .iter()
                .any(|reader| reader.status != Status::Up)
    }
}

/// What was found of one pool.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PoolHealth {
    /// Whether a server answered.
    pub status: Status,
    /// From having a connection to its answer.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "latency_ms", serialize_with = "as_milliseconds")
    )]
    pub latency: Option<Duration>,
    /// How long a connection was waited for, or made.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "wait_ms", serialize_with = "as_milliseconds")
    )]
    pub wait: Option<Duration>,
    /// As the server writes it.
    pub server_version: Option<String>,
    /// What the server does for its database.
    pub role: Option<Role>,
    /// Why it did not answer.
    pub error: Option<String>,
    /// The pool's figures before it was asked for a connection.
    pub pool: PoolStats,
}

/// Whether a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Status {
    /// It does.
    Up,
    /// It was not asked: all connections were in use, and none came back before the deadline.
    Busy,
    /// It does not.
    Down,
}

/// What a server does for its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Role {
    /// It takes writes.
    Primary,
    /// It follows another one: a PostgreSQL server in recovery, a MySQL or `MariaDB` server with
    /// `read_only`.
    Replica,
    /// A pool of `SQLite` that is for transactions that only read.
    Reader,
}

impl<DB: Driver> Db<DB> {
    /// Asks a server behind each pool, all at once, and waits for `deadline` at the longest: a real
    /// round trip on a pooled connection.
    ///
    /// Where all connections of a pool are in use, one of them is waited for like anybody's; if
    /// none comes in time, the pool is [`Busy`](Status::Busy), not down. A connection that turns
    /// out to be dead is replaced, as it would be for a call.
    ///
    /// # Cancellation
    /// The connections that were being asked on are closed.
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
        // Nothing in SQL tells how a database of SQLite was opened.
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

/// `role` is that of a server that follows no other.
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
    for _ in 0..=stats.max {
        let asked = Instant::now();
        let mut connection = match timeout(
            deadline.saturating_sub(began.elapsed()),
            runtime.connection(|| pool.acquire()),
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
        // What a dead connection said before tells more than that there was no other.
        let error = self.error.or(Some(error));
        Self {
            status: if busy { Status::Busy } else { Status::Down },
            error,
            ..self
        }
    }
}

/// What is wrong, for people who may not know more: options may hold a password.
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
        // To the microsecond.
        Some(duration) => {
            serializer.serialize_some(&((duration.as_secs_f64() * 1e6).round() / 1e3))
        }
        None => serializer.serialize_none(),
    }
}
