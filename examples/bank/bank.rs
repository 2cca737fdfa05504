//! The bank: functions that call each other, each of which runs in a transaction.
//!
//! Called with a `Db` (or a pool), a function begins a transaction, commits it on `Ok` and rolls it back on `Err`, on a panic, or when the
//! call is dropped. Called with a session, it is part of the caller's transaction.
use sqlx_transactional::{Session, transactional};

use crate::vault::Vault;

/// An order to move money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) id: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) cents: i64,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum BankError {
    #[error("account {account} is short of {missing} cents")]
    Overdraft { account: i64, missing: i64 },
    #[error("there is no account {0}")]
    NoAccount(i64),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Optional: without this variant, failures of the transaction itself (an unknown COMMIT, a timeout) arrive as a `sqlx::Error`.
    #[error(transparent)]
    Transaction(#[from] sqlx_transactional::Error),
}

/// Writes the order into the ledger and moves the money: all of it, or nothing.
#[transactional(timeout = "10s")]
pub(crate) async fn transfer<DB: Vault>(session: &mut Session<DB>, order: Transfer) -> Result<(), BankError> {
    let Transfer { from, to, cents, .. } = order;
    record(&mut *session, order).await?;
    // Whatever the direction, the lower account is locked first: transfers that cross wait for each other, and do not deadlock.
    if from < to {
        withdraw(&mut *session, from, cents).await?;
        deposit(session, to, cents).await
    } else {
        deposit(&mut *session, to, cents).await?;
        withdraw(session, from, cents).await
    }
}

#[transactional]
pub(crate) async fn withdraw<DB: Vault>(session: &mut Session<DB>, account: i64, cents: i64) -> Result<(), BankError> {
    let balance = add(session, account, -cents).await?;
    if balance < 0 {
        // The balance is below zero now, and a ledger entry written: this error undoes both.
        return Err(BankError::Overdraft { account, missing: -balance });
    }
    Ok(())
}

/// # Panics
/// If `cents` is not positive, and too late: the money is already there. A bug, kept to show that the transaction undoes it.
#[transactional]
pub(crate) async fn deposit<DB: Vault>(session: &mut Session<DB>, account: i64, cents: i64) -> Result<(), BankError> {
    add(session, account, cents).await?;
    assert!(cents > 0, "{NOT_A_DEPOSIT}: {cents} cents");
    Ok(())
}

pub(crate) const NOT_A_DEPOSIT: &str = "a deposit must be positive";

#[transactional]
async fn record<DB: Vault>(session: &mut Session<DB>, order: Transfer) -> Result<(), BankError> {
    let Transfer { id, from, to, cents } = order;
    let entry = sqlx::query("INSERT INTO ledger (transfer, from_account, to_account, cents) VALUES ($1, $2, $3, $4)");
    entry.bind(id).bind(from).bind(to).bind(cents).execute(session).await?;
    Ok(())
}

#[transactional]
pub(crate) async fn open_account<DB: Vault>(session: &mut Session<DB>, account: i64, cents: i64) -> Result<(), BankError> {
    let opening = sqlx::query("INSERT INTO accounts (id, cents) VALUES ($1, $2)");
    opening.bind(account).bind(cents).execute(session).await?;
    Ok(())
}

/// A plain helper: without the attribute, it can only be called with a session, and is part of its caller.
async fn add<DB: Vault>(session: &mut Session<DB>, account: i64, cents: i64) -> Result<i64, BankError> {
    let change = sqlx::query("UPDATE accounts SET cents = cents + $1 WHERE id = $2");
    change.bind(cents).bind(account).execute(&mut *session).await?;
    let balance = sqlx::query_scalar("SELECT cents FROM accounts WHERE id = $1");
    balance.bind(account).fetch_optional(session).await?.ok_or(BankError::NoAccount(account))
}

/// Everything that the bank has written down.
pub(crate) struct Books {
    /// Account and balance.
    pub(crate) balances: Vec<(i64, i64)>,
    pub(crate) ledger: Vec<Transfer>,
}

#[transactional]
pub(crate) async fn books<DB: Vault>(session: &mut Session<DB>) -> Result<Books, BankError> {
    let balances = sqlx::query_as("SELECT id, cents FROM accounts ORDER BY id").fetch_all(&mut *session).await?;
    let entries =
        sqlx::query_as("SELECT transfer, from_account, to_account, cents FROM ledger ORDER BY transfer").fetch_all(session).await?;
    let ledger = entries.into_iter().map(|(id, from, to, cents)| Transfer { id, from, to, cents }).collect();
    Ok(Books { balances, ledger })
}
