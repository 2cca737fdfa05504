//! How a [`Db`](crate::Db) connects: its pools, their defaults, and the settings of each
//! connection.
//!
//! Each driver implements [`Connect`]. The pools are opened in `db`.
use std::future::Future;

use sqlx::{Connection, Database, pool::PoolOptions};

use crate::driver::rules::Rules;

/// How to connect to a `DB`.
pub(crate) type ConnectOptions<DB> = <<DB as Database>::Connection as Connection>::Options;

/// The pools of a `Db`, before they are opened.
#[doc(hidden)]
#[derive(Debug)]
pub struct Layout<DB: Database> {
    pub(crate) writer: (ConnectOptions<DB>, PoolOptions<DB>),
    /// A pool of read-only connections to the same file.
    pub(crate) readers: Option<(ConnectOptions<DB>, PoolOptions<DB>)>,
    /// SQL that runs on each new connection, for settings that the connect options cannot express.
    pub(crate) set_up: Option<&'static str>,
}

impl<DB: Database> Layout<DB> {
    /// A layout of one pool.
    pub(crate) fn plain(options: ConnectOptions<DB>, pool: PoolOptions<DB>) -> Self {
        Self {
            writer: (options, pool),
            readers: None,
            set_up: None,
        }
    }

    /// A layout of one connection that writes, and a second pool for connections that read. The
    /// second pool has the remaining connections of `pool`. There is none without `for_readers`, or
    /// if `pool` has one connection only.
    #[cfg(feature = "sqlite")]
    pub(crate) fn divided(
        options: ConnectOptions<DB>,
        pool: PoolOptions<DB>,
        for_readers: Option<ConnectOptions<DB>>,
    ) -> Self {
        let (most, least) = (pool.get_max_connections(), pool.get_min_connections());
        let left = pool
            .clone()
            .max_connections(most.saturating_sub(1))
            .min_connections(least.saturating_sub(1));
        Self {
            writer: (
                options,
                pool.max_connections(1).min_connections(least.min(1)),
            ),
            readers: for_readers
                .filter(|_| most > 1)
                .map(|options| (options, left)),
            set_up: None,
        }
    }
}

/// How a `Db` connects.
#[doc(hidden)]
pub trait Connect<DB: Database> {
    /// The rules of the database that the options lead to.
    fn rules_for(options: &ConnectOptions<DB>) -> &'static Rules;

    /// The pool options of a `Db`, to which the user's settings are applied.
    fn pool(_: &ConnectOptions<DB>) -> PoolOptions<DB> {
        pool_on_a_server()
    }

    /// The pools of a `Db`. Fills in defaults for what the options do not set.
    fn layout(options: ConnectOptions<DB>, pool: PoolOptions<DB>) -> Layout<DB> {
        Layout::plain(options, pool)
    }

    /// Checks on the first connection that its settings took effect.
    ///
    /// # Errors
    /// `sqlx::Error::Configuration` if they did not.
    fn inspect(
        _: &mut DB::Connection,
        _: &Layout<DB>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send {
        async { Ok(()) }
    }

    /// Adds the reason to an error of connecting that does not tell it.
    fn explain(error: sqlx::Error, _: &ConnectOptions<DB>) -> sqlx::Error {
        error
    }
}

/// The pool options for a server: sqlx's defaults without `test_before_acquire`.
///
/// BEGIN detects a dead connection as reliably as sqlx's ping before each acquire, and saves that
/// round trip. The documentation of [`DbOptions`](crate::DbOptions) lists all values.
pub(crate) fn pool_on_a_server<DB: Database>() -> PoolOptions<DB> {
    PoolOptions::new().test_before_acquire(false)
}
