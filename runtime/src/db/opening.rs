//! The step from options to a [`Db`]: one connection tests the options before there is a pool.
//!
//! The layout of the pools comes from the driver (`driver/connect.rs`).
use std::{io, time::Duration};

use sqlx::{Connection as _, pool::PoolOptions};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    db::{Db, on_connect::OnConnect},
    driver::{
        Driver,
        connect::{Connect, ConnectOptions, Layout},
    },
    error::class::Class,
};

/// The pause between two attempts to open a file that another process is switching to WAL.
const PAUSE: Duration = Duration::from_millis(10);

/// The options of all pools of a `Db`, before the pools exist.
pub(super) struct LaidOut<DB: Driver> {
    pub(super) layout: Layout<DB>,
    pub(super) replicas: Vec<(ConnectOptions<DB>, PoolOptions<DB>)>,
    pub(super) on_connect: OnConnect<DB>,
    pub(super) has_after_connect: bool,
}

impl<DB: Driver> LaidOut<DB> {
    /// Opens, sets up, inspects and closes one connection, within the acquire timeout. It does not
    /// use the pool, because a pool retries until its timeout and then reports only the timeout.
    pub(super) async fn try_out(&self) -> Result<(), sqlx::Error> {
        let limit = self.layout.writer.1.get_acquire_timeout();
        let until = Instant::now() + limit;
        let no_answer = || {
            let text = format!("the database did not answer within {limit:?}");
            sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, text))
        };
        loop {
            match timeout_at(until, self.connect_once())
                .await
                .unwrap_or_else(|_| Err(no_answer()))
            {
                // Another process is opening the same new file of SQLite. The switch to WAL fails
                // with SQLITE_BUSY at once; the busy timeout does not apply to it.
                Err(error) if Class::of_sqlx(&error) == Class::Busy && Instant::now() < until => {
                    sleep(PAUSE).await;
                }
                tried => return tried,
            }
        }
    }

    async fn connect_once(&self) -> Result<(), sqlx::Error> {
        let mut connection = self.connection().await?;
        DB::Backend::inspect(&mut connection, &self.layout).await?;
        connection.close().await
    }

    /// Opens a connection to the writer and sets it up.
    pub(super) async fn connection(&self) -> Result<DB::Connection, sqlx::Error> {
        let options = &self.layout.writer.0;
        let mut connection = DB::Connection::connect_with(options)
            .await
            .map_err(|error| DB::Backend::explain(error, options))?;
        self.on_connect
            .run(&mut connection)
            .await
            .map_err(|error| DB::Backend::explain(error, options))?;
        Ok(connection)
    }

    /// Creates the pools without connecting.
    pub(super) fn open(self) -> Db<DB> {
        let Self {
            layout,
            replicas,
            on_connect,
            has_after_connect,
        } = self;
        let pool = |(options, pool)| on_connect.pool(options, pool, has_after_connect);
        let db = Db::from(pool(layout.writer));
        let readers: Vec<_> = layout
            .readers
            .into_iter()
            .chain(replicas)
            .map(pool)
            .collect();
        if readers.is_empty() {
            db
        } else {
            db.with_readers(readers)
        }
    }
}
