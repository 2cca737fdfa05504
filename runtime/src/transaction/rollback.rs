//! ROLLBACK on the connection of a transaction. Stops a cancelled statement that is still running,
//! and closes the connection if ROLLBACK cannot be shown to have happened.
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::timeout;

use crate::{
    driver::{Backend, Driver},
    transaction::{active::ActiveConnection, hooks::Hooks, other_connection},
};

/// How long the answer to ROLLBACK may take. After that the connection is closed, so that the
/// server rolls back.
const ROLLBACK: Duration = Duration::from_secs(1);
/// How long stopping a statement may take. One that is not stopped in this time runs to its end.
const STOP: Duration = Duration::from_secs(5);
const NOT_STOPPED: &str = "could not stop a cancelled statement: its locks stay until it ends";

impl<DB: Driver> ActiveConnection<DB> {
    /// Rolls back and returns the connection to the pool, then runs the hooks. If ROLLBACK cannot
    /// be sent or is not answered, closes the connection, so that the server rolls back.
    ///
    /// - `broken`: nothing can be sent on the connection.
    /// - `running`: a statement may still be running on the server.
    pub(crate) async fn roll_back(mut self, broken: bool, running: bool, hooks: Hooks) {
        #[cfg(feature = "test")]
        self.reattach_for_rollback().await;
        let name = self.name;
        if broken {
            if running {
                // Stopped before the connection is closed: until then the server's process is ours,
                // and no other client's statement can be hit. Closing alone does not stop a
                // statement, because the server looks at the socket only when it has something to
                // send.
                let stop = other_connection::send(&self.pool, self.backend.stop(), NOT_STOPPED);
                let _ = timeout(STOP, stop).await;
            }
            drop(self.connection);
        } else {
            match self.send_rollback(running).await {
                // Only the answer shows that no transaction is open on the connection.
                Ok(()) => self.connection.give_back(),
                Err(error) => {
                    tracing::debug!(transaction = name, %error, "no answer to ROLLBACK: the connection is closed");
                    drop(self.connection);
                }
            }
        }
        // After the connection is back: a hook may need one of the same pool.
        hooks.rolled_back(name).await;
    }

    /// Sends ROLLBACK. The driver stops a running statement if ROLLBACK has to wait for it.
    async fn send_rollback(&mut self, running: bool) -> Result<(), sqlx::Error> {
        let remote = self.rules().is_remote;
        let Some(connection) = self.connection.get() else {
            return Err(sqlx::Error::PoolClosed);
        };
        let (backend, pool) = (&self.backend, &self.pool);
        let stop =
            running.then(|| other_connection::send(pool, backend.stop(), NOT_STOPPED).boxed());
        let rollback = backend.roll_back(connection, stop);
        // SQLite runs in this process and always answers.
        if !remote {
            return rollback.await;
        }
        match timeout(ROLLBACK, rollback).await {
            Ok(answer) => answer,
            Err(_) => Err(self.did_not_answer("ROLLBACK", ROLLBACK).await),
        }
    }
}
