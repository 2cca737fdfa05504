//! What the bank reads. These functions need a higher isolation level than the server gives by
//! default, and say so in the session's type.
use sqlx_transactional::{
    ReadOnly, RepeatableRead, Serializable, Session, retry_on_error, transactional,
};

use crate::{
    bank::{BankError, Transfer},
    vault::Vault,
};

/// One account: its balance, and how it came to be.
pub(crate) struct Statement {
    pub(crate) account: i64,
    pub(crate) opening: i64,
    pub(crate) balance: i64,
    pub(crate) entries: Vec<Transfer>,
}

impl Statement {
    /// What the balance should be.
    pub(crate) fn sum(&self) -> i64 {
        let signed = self.entries.iter().map(|entry| {
            let received = if entry.to == self.account {
                entry.cents
            } else {
                0
            };
            let paid = if entry.from == self.account {
                entry.cents
            } else {
                0
            };
            received - paid
        });
        self.opening + signed.sum::<i64>()
    }
}

/// Both queries see the same snapshot, even if other transactions commit between them. READ
/// COMMITTED, the default of PostgreSQL, does not guarantee that.
#[transactional]
pub(crate) async fn statement<DB: Vault>(
    session: &mut Session<DB, ReadOnly<RepeatableRead>>,
    account: i64,
) -> Result<Statement, BankError> {
    let found =
        sqlx::query_as(DB::sql("SELECT opening, cents FROM accounts WHERE id = ?")).bind(account);
    let (opening, balance) = found
        .fetch_optional(&mut *session)
        .await?
        .ok_or(BankError::NoAccount(account))?;
    let entries = sqlx::query_as(DB::sql(
        "SELECT transfer, from_account, to_account, cents FROM ledger WHERE from_account = ? OR to_account = ?",
    ));
    let entries = entries
        .bind(account)
        .bind(account)
        .fetch_all(session)
        .await?;
    Ok(Statement {
        account,
        opening,
        balance,
        entries: transfers(entries),
    })
}

/// The state of the whole bank at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Closing {
    pub(crate) number: i64,
    /// How many entries the ledger has.
    pub(crate) entries: i64,
    /// The sum of all balances.
    pub(crate) cents: i64,
}

/// Numbers the closing by counting those before it. Two concurrent calls count the same number, and
/// below SERIALIZABLE both would store it. Here the database refuses one of them, which is retried
/// and counts again. Also returns the number of the attempt that was committed.
#[retry_on_error]
#[transactional(timeout = "10s")]
pub(crate) async fn close_books<DB: Vault>(
    session: &mut Session<DB, Serializable>,
) -> Result<(Closing, u32), BankError> {
    let number = sqlx::query_scalar("SELECT COUNT(*) FROM closings")
        .fetch_one(&mut *session)
        .await?;
    // Reads the accounts before the ledger, in the order in which transfers lock them: on MySQL a
    // SERIALIZABLE transaction locks the rows that it reads.
    let balances: Vec<i64> = sqlx::query_scalar("SELECT cents FROM accounts")
        .fetch_all(&mut *session)
        .await?;
    let cents = balances.iter().sum();
    let entries = sqlx::query_scalar("SELECT COUNT(*) FROM ledger")
        .fetch_one(&mut *session)
        .await?;
    let closing = sqlx::query(DB::sql(
        "INSERT INTO closings (number, entries, cents) VALUES (?, ?, ?)",
    ));
    closing
        .bind(number)
        .bind(entries)
        .bind(cents)
        .execute(&mut *session)
        .await?;
    Ok((
        Closing {
            number,
            entries,
            cents,
        },
        session.attempt(),
    ))
}

/// Everything that the bank has stored.
pub(crate) struct Books {
    /// Account and balance.
    pub(crate) balances: Vec<(i64, i64)>,
    pub(crate) ledger: Vec<Transfer>,
    pub(crate) closings: Vec<Closing>,
    /// Account and number.
    pub(crate) failed_logins: Vec<(i64, i64)>,
}

#[transactional]
pub(crate) async fn books<DB: Vault>(
    session: &mut Session<DB, ReadOnly<RepeatableRead>>,
) -> Result<Books, BankError> {
    let balances = sqlx::query_as("SELECT id, cents FROM accounts ORDER BY id")
        .fetch_all(&mut *session)
        .await?;
    let ledger = sqlx::query_as("SELECT transfer, from_account, to_account, cents FROM ledger")
        .fetch_all(&mut *session)
        .await?;
    let closings = sqlx::query_as("SELECT number, entries, cents FROM closings ORDER BY number")
        .fetch_all(&mut *session)
        .await?;
    let closings = closings
        .into_iter()
        .map(|(number, entries, cents)| Closing {
            number,
            entries,
            cents,
        })
        .collect();
    let failed_logins = sqlx::query_as("SELECT account, failed FROM logins ORDER BY account")
        .fetch_all(session)
        .await?;
    Ok(Books {
        balances,
        ledger: transfers(ledger),
        closings,
        failed_logins,
    })
}

fn transfers(rows: Vec<(i64, i64, i64, i64)>) -> Vec<Transfer> {
    rows.into_iter()
        .map(|(id, from, to, cents)| Transfer {
            id,
            from,
            to,
            cents,
        })
        .collect()
}
