//! The calls of the load: money moves between a few accounts, and each call writes its id into a
//! ledger. The ledger accepts the same id twice.

use std::fmt;

use sqlx_transactional::{Db, Driver};
use tests::servers::Server;

use crate::notes::Notes;

pub(crate) const ACCOUNTS: i64 = 10;
pub(crate) const OPENING: i64 = 1_000_000;

/// The ledger has no unique key, so that duplicates become visible and are not prevented.
pub(crate) const SCHEMA: &str = "CREATE TABLE accounts (id BIGINT PRIMARY KEY, cents BIGINT NOT NULL);
    CREATE TABLE ledger (id BIGINT NOT NULL, source BIGINT NOT NULL, target BIGINT NOT NULL, cents BIGINT NOT NULL)";

/// A database with the bank's functions.
pub(crate) trait Bank: Server + Driver {
    /// Calls the function that the order names.
    fn call(
        db: &Db<Self>,
        order: Order,
        notes: &Notes,
    ) -> impl Future<Output = Result<(), BankError>> + Send;

    /// The rows of a query that returns four integers.
    fn rows(
        connection: &mut Self::Connection,
        sql: &'static str,
    ) -> impl Future<Output = Result<Vec<Row>, sqlx::Error>> + Send;

    /// A query for the number of connections to the database, without the one that asks.
    const CONNECTED: Option<&str>;

    /// The settings of a connection that a transaction may have changed, as one text.
    fn settings(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<String, sqlx::Error>> + Send;
}

pub(crate) type Row = (i64, i64, i64, i64);

/// One call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) source: i64,
    pub(crate) target: i64,
    pub(crate) cents: i64,
    /// Whether the function has `#[retry_on_error]`.
    pub(crate) again: bool,
}

/// The functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Plain,
    Joined,
    Nested,
    Snapshot,
    Lent,
    Timed,
    Slow,
    Total,
    Marked,
    Refused,
    Panics,
    Careless,
    Hurried,
    Impatient,
    /// Plain sqlx without a transaction. If the pool hands out a connection that is still in a
    /// transaction, the row is lost.
    ByHand,
}

impl Kind {
    /// The kinds that are drawn with equal probability.
    pub(crate) const COMMON: [Self; 10] = [
        Self::Plain,
        Self::Joined,
        Self::Nested,
        Self::Snapshot,
        Self::Lent,
        Self::Timed,
        Self::Total,
        Self::Careless,
        Self::Hurried,
        Self::Impatient,
    ];

    /// Whether `Ok` means that the ledger has a row.
    pub(crate) fn stores(self) -> bool {
        !matches!(self, Self::Total | Self::Marked)
    }
}

/// An error type as applications have it.
#[derive(Debug)]
pub(crate) enum BankError {
    Database(sqlx::Error),
    /// The function's own error.
    Refused,
    /// A snapshot that does not add up.
    Torn(i64),
}

impl From<sqlx::Error> for BankError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl fmt::Display for BankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Refused => f.write_str("refused, as it was meant to be"),
            Self::Torn(total) => write!(f, "the accounts hold {total} in all"),
        }
    }
}

impl std::error::Error for BankError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            Self::Refused | Self::Torn(_) => None,
        }
    }
}
