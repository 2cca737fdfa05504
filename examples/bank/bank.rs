//! The bank: functions that call each other, each of which runs in a transaction.
//!
//! Called with a `Db` (or a pool), a function begins a transaction, commits it on `Ok` and rolls it
//! back on `Err`, on a panic, or when the call is dropped. Called with a session, it is part of the
//! caller's transaction.
use sqlx_transactional::{Serializable, Session, retry_on_error, transactional};
use tokio::sync::mpsc;

use crate::vault::Vault;

/// An order to move money, which is also an entry of the ledger. The fee for a transfer is an entry
/// with the transfer's `id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Transfer {
    pub(crate) id: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) cents: i64,
}

/// The account that fees are paid into. Every transfer updates it, so transfers lock it last.
pub(crate) const BANK: i64 = 1_000_000;
pub(crate) const FEE: i64 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fee {
    Paid,
    Waived,
    /// The payments of the rush have no fee.
    None,
}

/// Where receipts are sent, one for each ledger entry.
pub(crate) type Receipts = mpsc::UnboundedSender<Transfer>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum BankError {
    #[error("account {account} is short of {missing} cents")]
    Overdraft { account: i64, missing: i64 },
    #[error("there is no account {0}")]
    NoAccount(i64),
    #[error("wrong password for account {account}")]
    WrongPassword { account: i64 },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// Optional: without this variant, failures of the transaction itself (an unknown COMMIT, a
    /// timeout) arrive as a `sqlx::Error`. Not `transparent`, which would hide it from `Class::of`
    /// and `Error::find`.
    #[error("{0}")]
    Transaction(#[from] sqlx_transactional::Error),
}

/// Moves the money and records it in the ledger, both or neither. A fee that cannot be paid is
/// waived. If the transaction fails because of a conflict, the whole function runs again.
#[retry_on_error]
#[transactional(timeout = "10s")]
pub(crate) async fn transfer<DB: Vault>(
    session: &mut Session<DB>,
    order: Transfer,
    receipts: &Receipts,
) -> Result<Fee, BankError> {
    carry_out(&mut *session, order, receipts).await?;
    match charge_fee(session, order, receipts).await {
        Ok(()) => Ok(Fee::Paid),
        Err(BankError::Overdraft { .. }) => Ok(Fee::Waived),
        Err(error) => Err(error),
    }
}

/// `nested` runs this in a savepoint. A fee that cannot be paid is rolled back alone, together with
/// its receipt, and the transfer goes on.
#[transactional(nested)]
async fn charge_fee<DB: Vault>(
    session: &mut Session<DB>,
    order: Transfer,
    receipts: &Receipts,
) -> Result<(), BankError> {
    carry_out(
        session,
        Transfer {
            to: BANK,
            cents: FEE,
            ..order
        },
        receipts,
    )
    .await
}

#[transactional]
async fn carry_out<DB: Vault>(
    session: &mut Session<DB>,
    order: Transfer,
    receipts: &Receipts,
) -> Result<(), BankError> {
    send_receipt(session, order, receipts);
    let Transfer {
        from, to, cents, ..
    } = order;
    // The account with the lower id is locked first. Of two transfers in opposite directions, one
    // then waits for the other instead of deadlocking with it.
    if from < to {
        withdraw(&mut *session, from, cents).await?;
        deposit(&mut *session, to, cents).await?;
    } else {
        deposit(&mut *session, to, cents).await?;
        withdraw(&mut *session, from, cents).await?;
    }
    record(session, order).await
}

#[transactional]
pub(crate) async fn withdraw<DB: Vault>(
    session: &mut Session<DB>,
    account: i64,
    cents: i64,
) -> Result<(), BankError> {
    let balance = add(session, account, -cents).await?;
    if balance < 0 {
        // The balance is below zero now, and the other account may already have the money. This
        // error rolls both back.
        return Err(BankError::Overdraft {
            account,
            missing: -balance,
        });
    }
    Ok(())
}

/// # Panics
/// If `cents` is not positive. The check comes after the UPDATE on purpose, to show that a panic
/// rolls it back.
#[transactional]
pub(crate) async fn deposit<DB: Vault>(
    session: &mut Session<DB>,
    account: i64,
    cents: i64,
) -> Result<(), BankError> {
    add(session, account, cents).await?;
    assert!(cents > 0, "{NOT_A_DEPOSIT}: {cents} cents");
    Ok(())
}

pub(crate) const NOT_A_DEPOSIT: &str = "a deposit must be positive";

#[transactional]
async fn record<DB: Vault>(session: &mut Session<DB>, entry: Transfer) -> Result<(), BankError> {
    let Transfer {
        id,
        from,
        to,
        cents,
    } = entry;
    let insert = sqlx::query(DB::sql(
        "INSERT INTO ledger (transfer, from_account, to_account, cents) VALUES (?, ?, ?, ?)",
    ));
    insert
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(cents)
        .execute(session)
        .await?;
    Ok(())
}

/// Sends the receipt after COMMIT. The receipt is dropped if the transaction, or the attempt that
/// runs this, is rolled back.
fn send_receipt<DB: Vault>(session: &mut Session<DB>, entry: Transfer, receipts: &Receipts) {
    let receipts = receipts.clone();
    session.after_commit(async move {
        let _ = receipts.send(entry);
    });
}

/// A plain helper without the attribute: it takes a session only, and runs in the transaction of
/// its caller.
async fn add<DB: Vault>(
    session: &mut Session<DB>,
    account: i64,
    cents: i64,
) -> Result<i64, BankError> {
    let change = sqlx::query(DB::sql(
        "UPDATE accounts SET cents = cents + ? WHERE id = ?",
    ));
    change
        .bind(cents)
        .bind(account)
        .execute(&mut *session)
        .await?;
    balance(session, account).await
}

async fn balance<DB: Vault>(session: &mut Session<DB>, account: i64) -> Result<i64, BankError> {
    let balance = sqlx::query_scalar(DB::sql("SELECT cents FROM accounts WHERE id = ?"));
    balance
        .bind(account)
        .fetch_optional(session)
        .await?
        .ok_or(BankError::NoAccount(account))
}

/// Runs [`pay_once`] in up to ten attempts. Each is a new transaction, which reads what other
/// transactions have committed meanwhile. Returns the number of the attempt that was committed.
#[retry_on_error]
#[transactional]
pub(crate) async fn pay<DB: Vault>(
    session: &mut Session<DB, Serializable>,
    order: Transfer,
    receipts: &Receipts,
) -> Result<u32, BankError> {
    pay_once(&mut *session, order, receipts).await?;
    Ok(session.attempt())
}

/// Reads two balances, computes the new ones and stores them. Concurrent calls would overwrite each
/// other's results. With `Serializable`, of the transactions that read the same rows the database
/// lets one commit and refuses the others.
#[transactional]
pub(crate) async fn pay_once<DB: Vault>(
    session: &mut Session<DB, Serializable>,
    order: Transfer,
    receipts: &Receipts,
) -> Result<(), BankError> {
    send_receipt(session, order, receipts);
    let Transfer {
        from, to, cents, ..
    } = order;
    let (available, received) = (
        balance(&mut *session, from).await?,
        balance(&mut *session, to).await?,
    );
    if available < cents {
        return Err(BankError::Overdraft {
            account: from,
            missing: cents - available,
        });
    }
    // The account with the lower id first, as in `carry_out`.
    let mut after = [(from, available - cents), (to, received + cents)];
    after.sort_unstable();
    for (account, cents) in after {
        let update = sqlx::query(DB::sql("UPDATE accounts SET cents = ? WHERE id = ?"));
        update
            .bind(cents)
            .bind(account)
            .execute(&mut *session)
            .await?;
    }
    record(session, order).await
}

#[transactional]
pub(crate) async fn open_account<DB: Vault>(
    session: &mut Session<DB>,
    id: i64,
    cents: i64,
    password: &str,
) -> Result<(), BankError> {
    let opening = sqlx::query(DB::sql(
        "INSERT INTO accounts (id, opening, cents) VALUES (?, ?, ?)",
    ));
    opening
        .bind(id)
        .bind(cents)
        .bind(cents)
        .execute(&mut *session)
        .await?;
    // A real bank would store a hash of the password.
    let login = sqlx::query(DB::sql(
        "INSERT INTO logins (account, password, failed) VALUES (?, ?, 0)",
    ));
    login
        .bind(id)
        .bind(password.to_owned())
        .execute(session)
        .await?;
    Ok(())
}

/// `commit_on`: a wrong password is an error for the caller, but the transaction commits, so that
/// the failed login is counted.
#[transactional(commit_on(BankError::WrongPassword { .. }))]
pub(crate) async fn log_in<DB: Vault>(
    session: &mut Session<DB>,
    account: i64,
    password: &str,
) -> Result<(), BankError> {
    let stored =
        sqlx::query_scalar(DB::sql("SELECT password FROM logins WHERE account = ?")).bind(account);
    let stored: String = stored
        .fetch_optional(&mut *session)
        .await?
        .ok_or(BankError::NoAccount(account))?;
    if stored == password {
        return Ok(());
    }
    let count = sqlx::query(DB::sql(
        "UPDATE logins SET failed = failed + 1 WHERE account = ?",
    ));
    count.bind(account).execute(session).await?;
    Err(BankError::WrongPassword { account })
}
