//! The transfer. It reads both balances, computes the new ones in Rust, stores them, and inserts a
//! row. A retry in the old transaction, or after half of it was stored, would lose or create money.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{FutureExt as _, future::BoxFuture};
use sqlx::{Error, MySql, Postgres, Sqlite, SqlitePool};
use sqlx_transactional::{
    Class, Db, ReadCommitted, ReadWrite, Serializable, Session, retry_on_error, transactional,
};

use super::workers::Ended;

pub(crate) type Call<S> = fn(S, Transfer) -> BoxFuture<'static, Ended>;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Transfer {
    pub(crate) id: i64,
    pub(crate) payer: i64,
    pub(crate) payee: i64,
    pub(crate) cents: i64,
    /// Whether the account of the payer is locked first; if not, the one with the lower id is.
    pub(crate) payer_first: bool,
}

impl Transfer {
    /// The accounts and what is added to each, in the order of the locks.
    fn changes(self) -> [(i64, i64); 2] {
        let mut changes = [(self.payer, -self.cents), (self.payee, self.cents)];
        if !self.payer_first {
            changes.sort_unstable();
        }
        changes
    }
}

/// What the attempts of one call have seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    attempts: AtomicU32,
    deadlocks: AtomicU32,
}

impl Seen {
    fn note<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        outcome.inspect_err(|error| {
            self.deadlocks.fetch_add(
                u32::from(Class::of(error) == Class::Deadlock),
                Ordering::Relaxed,
            );
        })
    }

    pub(crate) fn into_counts(self) -> (u32, u32) {
        (self.attempts.into_inner(), self.deadlocks.into_inner())
    }
}

macro_rules! transfer {
    (fn $call:ident(source: $source:ty, session: $db:ty, $mode:ty) $lock:literal $store:literal $record:literal) => {
        pub(crate) fn $call(source: $source, transfer: Transfer) -> BoxFuture<'static, Ended> {
            #[retry_on_error]
            #[transactional]
            async fn carry_out(
                session: &mut Session<$db, $mode>,
                transfer: Transfer,
                seen: &Seen,
            ) -> Result<(), Error> {
                seen.attempts.store(session.attempt(), Ordering::Relaxed);
                let Transfer {
                    id,
                    payer,
                    payee,
                    cents,
                    ..
                } = transfer;
                let changes = transfer.changes();
                let mut balances = [0; 2];
                for ((account, _), balance) in changes.iter().zip(&mut balances) {
                    let locked = sqlx::query_scalar($lock)
                        .bind(account)
                        .fetch_one(&mut *session)
                        .await;
                    *balance = seen.note(locked)?;
                }
                for ((account, change), balance) in changes.iter().zip(balances) {
                    let stored = sqlx::query($store)
                        .bind(balance + change)
                        .bind(account)
                        .execute(&mut *session)
                        .await;
                    seen.note(stored)?;
                }
                let record = sqlx::query($record)
                    .bind(id)
                    .bind(payer)
                    .bind(payee)
                    .bind(cents);
                record.execute(session).await.map(drop)
            }

            async move {
                let seen = Seen::default();
                let outcome = carry_out(&source, transfer, &seen).await;
                Ended::new(transfer.id, outcome, seen)
            }
            .boxed()
        }
    };
}

transfer! {
    fn serializable(source: Db<Postgres>, session: Postgres, Serializable)
    "SELECT cents FROM accounts WHERE id = $1 FOR UPDATE"
    "UPDATE accounts SET cents = $1 WHERE id = $2"
    "INSERT INTO transfers VALUES ($1, $2, $3, $4)"
}

transfer! {
    fn read_committed(source: Db<Postgres>, session: Postgres, ReadCommitted)
    "SELECT cents FROM accounts WHERE id = $1 FOR UPDATE"
    "UPDATE accounts SET cents = $1 WHERE id = $2"
    "INSERT INTO transfers VALUES ($1, $2, $3, $4)"
}

transfer! {
    fn mariadb(source: Db<MySql>, session: MySql, ReadWrite)
    "SELECT cents FROM accounts WHERE id = ? FOR UPDATE"
    "UPDATE accounts SET cents = ? WHERE id = ?"
    "INSERT INTO transfers VALUES (?, ?, ?, ?)"
}

transfer! {
    fn sqlite(source: SqlitePool, session: Sqlite, ReadWrite)
    "SELECT cents FROM accounts WHERE id = ?"
    "UPDATE accounts SET cents = ? WHERE id = ?"
    "INSERT INTO transfers VALUES (?, ?, ?, ?)"
}
