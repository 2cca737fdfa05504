//! What a [`Db`](crate::Db) consists of: which connections, and what each of them starts with.
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
    /// Connections to the same file that cannot write.
    pub(crate) readers: Option<(ConnectOptions<DB>, PoolOptions<DB>)>,
    /// Runs on each new connection, where the options cannot say it.
    pub(crate) set_up: Option<&'static str>,
}

impl<DB: Database> Layout<DB> {
    /// One pool.
    pub(crate) fn plain(options: ConnectOptions<DB>, pool: PoolOptions<DB>) -> Self {
        Self {
            writer: (options, pool),
            readers: None,
            set_up: None,
        }
    }

    /// One connection that writes, and if there are options for them, what is left of the pool for
    /// those that read.
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
    /// What holds for the database that the options lead to.
    fn rules_for(options: &ConnectOptions<DB>) -> &'static Rules;

    /// The pool of a `Db`, before the user's settings.
    fn pool(_: &ConnectOptions<DB>) -> PoolOptions<DB> {
        pool_on_a_server()
    }

    /// The pools that a `Db` consists of, with everything set that the options leave open.
    fn layout(options: ConnectOptions<DB>, pool: PoolOptions<DB>) -> Layout<DB> {
        Layout::plain(options, pool)
    }

    /// Whether the first connection is what was asked for.
    fn inspect(
        _: &mut DB::Connection,
        _: &Layout<DB>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send {
        async { Ok(()) }
    }

    /// What a failure to connect means, where the error does not say it.
    fn explain(error: sqlx::Error, _: &ConnectOptions<DB>) -> sqlx::Error {
        error
    }
}

/// For a server: BEGIN finds out as well as a ping whether a connection is alive. The rest are
/// sqlx's defaults, which the documentation of [`DbOptions`](crate::DbOptions) gives with their
/// reasons.
pub(crate) fn pool_on_a_server<DB: Database>() -> PoolOptions<DB> {
    PoolOptions::new().test_before_acquire(false)
}
