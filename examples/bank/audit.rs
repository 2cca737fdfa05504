//! Compares what the callers were told with what the database holds.
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use sqlx::Pool;
use sqlx_transactional::Error;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout_at},
};

use crate::{
    bank::{BANK, BankError, FEE, Fee, Transfer},
    books::{self, Books, Closing},
    desk::Desk,
    load::{Call, End, OPENING_CENTS},
    report::{money, thousands},
    rush::{Rush, Wave},
    vault::{Branch, Vault},
};

/// How long the audit waits for the background work of cancelled calls.
const QUIET: Duration = Duration::from_secs(10);

/// A claim about the run, and the faults that contradict it.
pub(crate) struct Check {
    pub(crate) claim: String,
    pub(crate) faults: Vec<String>,
}

impl Check {
    pub(crate) fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}

pub(crate) struct Audit {
    pub(crate) money: Vec<Check>,
    /// All checks that are not about money.
    pub(crate) rest: Vec<Check>,
    /// Ids of transfers that are stored although their callers got no answer to COMMIT: the call
    /// was cancelled, or the answer was lost.
    pub(crate) unanswered: HashSet<i64>,
}

impl Audit {
    pub(crate) fn money_conserved(&self) -> bool {
        self.money.iter().all(Check::holds)
    }

    pub(crate) fn holds(&self) -> bool {
        self.money_conserved() && self.rest.iter().all(Check::holds)
    }
}

pub(crate) async fn audit<DB: Vault>(
    branch: &Branch<DB>,
    calls: &[Call],
    desk: &Desk,
    rush: &Rush,
    sent: mpsc::UnboundedReceiver<Transfer>,
    accounts: u32,
) -> Result<Audit, BankError> {
    let connections = connections(branch).await;
    let (sent, missing) = receive(sent).await;
    let (last, _) = books::close_books(&branch.db).await?;
    let books = books::books(&branch.db).await?;
    let mut entries = by_transfer(&books.ledger);
    let payments = payments(&mut entries, rush);
    let (ledger, unanswered) = ledger(entries, calls);
    let statements = Check {
        claim: format!(
            "{} statements meanwhile: each balance the sum of its entries",
            thousands(desk.statements.done)
        ),
        faults: desk.statements.faults.clone(),
    };
    let closings = closings(&books, desk, last, accounts);
    let money = vec![
        total(&books, accounts),
        ledger,
        payments,
        balances(&books, accounts),
        statements,
        closings,
    ];
    let receipts = receipts(
        &books,
        calls
            .iter()
            .chain(rush.waves().flat_map(|wave| &wave.calls)),
        &sent,
        missing,
    );
    let rest = vec![
        fees(calls),
        receipts,
        retries(desk, rush),
        logins(&books, desk),
        connections,
    ];
    Ok(Audit {
        money,
        rest,
        unanswered,
    })
}

async fn connections<DB: Vault>(branch: &Branch<DB>) -> Check {
    let (mut all, mut faults) = (0, Vec::new());
    for pool in branch.pools() {
        all += pool.options().get_max_connections();
        faults.extend(unusable(pool).await);
    }
    Check {
        claim: format!("{all} connections, all of them back in the pool, none in a transaction"),
        faults,
    }
}

/// Acquires every connection of the pool. Reports each one that is missing, broken or inside a
/// transaction.
async fn unusable<DB: Vault>(pool: &Pool<DB>) -> Vec<String> {
    let until = Instant::now() + QUIET;
    let (mut held, mut faults) = (Vec::new(), Vec::new());
    let max = pool.options().get_max_connections();
    for number in 1..=max {
        match timeout_at(until, pool.acquire()).await {
            Ok(Ok(connection)) => held.push(connection),
            Ok(Err(error)) => faults.push(format!("connection {number} of {max}: {error}")),
            Err(_) => faults.push(format!("connection {number} of {max} did not come back")),
        }
    }
    for connection in &mut held {
        match DB::is_idle(connection).await {
            Ok(true) => {}
            Ok(false) => faults.push("a connection is inside a transaction".to_owned()),
            Err(error) => faults.push(format!("a connection does not work: {error}")),
        }
    }
    faults
}

/// Receives every receipt that was sent. Those of cancelled calls may arrive late, from hooks that
/// run in the background. The channel closes once every hook has sent its receipt or was dropped.
async fn receive(mut sent: mpsc::UnboundedReceiver<Transfer>) -> (Vec<Transfer>, Option<String>) {
    let until = Instant::now() + QUIET;
    let mut receipts = Vec::new();
    loop {
        match timeout_at(until, sent.recv()).await {
            Ok(Some(receipt)) => receipts.push(receipt),
            Ok(None) => return (receipts, None),
            Err(_) => {
                return (
                    receipts,
                    Some("a receipt is neither sent nor dropped".to_owned()),
                );
            }
        }
    }
}

fn opening_total(accounts: u32) -> i64 {
    i64::from(accounts) * OPENING_CENTS
}

fn total(books: &Books, accounts: u32) -> Check {
    let before = opening_total(accounts);
    let after = books.balances.iter().map(|(_, cents)| cents).sum();
    let mut faults = Vec::new();
    if after != before {
        faults.push(format!("{} before, {} after", money(before), money(after)));
    }
    let negative = books.balances.iter().filter(|(_, cents)| *cents < 0);
    faults.extend(
        negative.map(|(account, cents)| format!("account {account} holds {}", money(*cents))),
    );
    Check {
        claim: format!("{} before and after, no balance below zero", money(before)),
        faults,
    }
}

/// Ledger entries that are not matched with a call yet, by transfer id.
type Entries = HashMap<i64, Vec<Transfer>>;

fn by_transfer(ledger: &[Transfer]) -> Entries {
    let mut entries = Entries::new();
    for entry in ledger {
        entries.entry(entry.id).or_default().push(*entry);
    }
    entries
}

/// Matches calls with ledger entries, and removes these from `entries`. An acknowledged call has
/// one entry, and one for its fee unless the fee was waived. A failed call has none. A call without
/// an answer has one or none. Returns the faults, and the ids of calls without an answer that have
/// an entry.
fn check_off(entries: &mut Entries, calls: &[Call]) -> (Vec<String>, HashSet<i64>) {
    let (mut faults, mut unanswered) = (Vec::new(), HashSet::new());
    for Call { order, end, .. } in calls {
        let id = order.id;
        let fee = Transfer {
            to: BANK,
            cents: FEE,
            ..*order
        };
        let found = entries.remove(&id).unwrap_or_default();
        let (transfers, fees): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|entry| *entry != fee);
        match (end, transfers.as_slice(), fees.len()) {
            (_, [_, _, ..], _) => {
                faults.push(format!("transfer {id} is there {} times", transfers.len()));
            }
            (_, _, 2..) => faults.push(format!(
                "the fee for transfer {id} is there {} times",
                fees.len()
            )),
            (_, [entry], _) if entry != order => {
                faults.push(format!("{order:?} is stored as {entry:?}"));
            }
            (_, [], 1) => faults.push(format!("a fee is there for transfer {id}, which is not")),
            (End::Committed(_), [], _) => {
                faults.push(format!("transfer {id} was committed and is not there"));
            }
            (End::Committed(Fee::Paid), _, 0) => faults.push(format!(
                "the fee for transfer {id} was paid and is not there"
            )),
            (End::Committed(Fee::Waived | Fee::None), _, 1) => faults.push(format!(
                "a fee for transfer {id} is there, and was not paid"
            )),
            (End::Committed(_), ..) | (_, [], _) => {}
            (End::Cancelled | End::Unknown, ..) => _ = unanswered.insert(id),
            (End::Overdraft, ..) => {
                faults.push(format!("transfer {id} was an overdraft and is there"));
            }
            (End::Conflict, ..) => {
                faults.push(format!("transfer {id} ended in a conflict and is there"));
            }
            (End::Failed(error), ..) => {
                faults.push(format!("transfer {id} failed and is there: {error}"));
            }
            (End::Panicked, ..) => faults.push(format!("transfer {id} panicked and is there")),
        }
    }
    (faults, unanswered)
}

fn payments(entries: &mut Entries, rush: &Rush) -> Check {
    let faults = rush
        .waves()
        .flat_map(|wave| check_off(entries, &wave.calls).0)
        .collect();
    let committed = rush.waves().map(Wave::committed).sum();
    Check {
        claim: format!(
            "{} payments in the rush, each stored exactly once",
            thousands(committed)
        ),
        faults,
    }
}

/// Checks the transfers of the day. `payments` has removed the entries of the rush before.
fn ledger(mut entries: Entries, calls: &[Call]) -> (Check, HashSet<i64>) {
    let stored = thousands(entries.values().map(Vec::len).sum());
    let (mut faults, unanswered) = check_off(&mut entries, calls);
    faults.extend(
        entries
            .keys()
            .map(|id| format!("transfer {id} is there, but no worker was given this order")),
    );
    let committed = calls
        .iter()
        .filter(|call| matches!(call.end, End::Committed(_)))
        .count();
    let cut_off = match unanswered.len() {
        0 => String::new(),
        some => format!(" + {} cut off in COMMIT", thousands(some)),
    };
    let claim = format!(
        "{stored} ledger entries: {} committed{cut_off}, and the fees",
        thousands(committed)
    );
    (Check { claim, faults }, unanswered)
}

/// A fee that cannot be paid must not roll its transfer back.
fn fees(calls: &[Call]) -> Check {
    let waived = calls
        .iter()
        .filter(|call| matches!(call.end, End::Committed(Fee::Waived)))
        .count();
    let undone = calls.iter().filter_map(|call| match &call.end {
        End::Failed(error)
            if matches!(
                Error::find(error),
                Some(Error::RolledBack { cause: None, .. })
            ) =>
        {
            Some((call.order.id, error))
        }
        _ => None,
    });
    let faults = undone
        .map(|(id, error)| format!("transfer {id}: {error}"))
        .collect();
    Check {
        claim: format!(
            "{} transfers stored without the fee, which could not be paid",
            thousands(waived)
        ),
        faults,
    }
}

/// Each ledger entry has one receipt. Only an entry of a call with an unknown COMMIT may lack one,
/// because the hooks of that call are dropped.
fn receipts<'a>(
    books: &Books,
    calls: impl Iterator<Item = &'a Call>,
    sent: &[Transfer],
    missing: Option<String>,
) -> Check {
    let mut faults = Vec::from_iter(missing);
    let unknown: HashSet<i64> = calls
        .filter(|call| matches!(call.end, End::Unknown))
        .map(|call| call.order.id)
        .collect();
    let mut owed = BTreeMap::<Transfer, i64>::new();
    for entry in &books.ledger {
        *owed.entry(*entry).or_default() += 1;
    }
    for receipt in sent {
        *owed.entry(*receipt).or_default() -= 1;
    }
    for (entry, owed) in owed {
        match owed {
            0 => {}
            1.. if unknown.contains(&entry.id) => {}
            1.. => faults.push(format!("no receipt for {entry:?}")),
            _ => faults.push(format!("a receipt too many for {entry:?}")),
        }
    }
    Check {
        claim: format!(
            "{} receipts: one for each ledger entry, none for what failed",
            thousands(sent.len())
        ),
        faults,
    }
}

/// Each closing is stored once, under the next number. Each contains all of the money, and no
/// closing counts fewer ledger entries than the one before.
fn closings(books: &Books, desk: &Desk, last: Closing, accounts: u32) -> Check {
    let mut faults = desk.closings.faults.clone();
    let mut acknowledged: Vec<_> = desk.closed.iter().copied().chain([last]).collect();
    acknowledged.sort_unstable();
    let mut stored = books.closings.clone();
    stored.sort_unstable();
    if acknowledged != stored {
        faults.push(format!(
            "{} were acknowledged, and the {} that are stored are not the same",
            acknowledged.len(),
            stored.len()
        ));
    }
    let expected = opening_total(accounts);
    let (mut number, mut entries) = (0, 0);
    for closing in &stored {
        if closing.number != number {
            faults.push(format!(
                "closing {number} has the number {}",
                closing.number
            ));
        }
        if closing.cents != expected {
            faults.push(format!(
                "closing {} found {}",
                closing.number,
                money(closing.cents)
            ));
        }
        if closing.entries < entries {
            faults.push(format!(
                "closing {} found {} ledger entries, fewer than the one before",
                closing.number, closing.entries
            ));
        }
        (number, entries) = (number + 1, closing.entries);
    }
    if usize::try_from(entries) != Ok(books.ledger.len()) {
        faults.push(format!(
            "the last closing found {entries} of {} ledger entries",
            books.ledger.len()
        ));
    }
    Check {
        claim: format!(
            "{} closings of the books, one after the other, each with {}",
            stored.len(),
            money(expected)
        ),
        faults,
    }
}

/// If calls gave up after conflicts, at least one other call must have been committed by a later
/// attempt. Otherwise no call was retried.
fn retries(desk: &Desk, rush: &Rush) -> Check {
    let kinds = [
        (
            "payments",
            rush.retried.gave_up(),
            rush.retried.committed_later(),
        ),
        ("closings", desk.closings.conflicts, desk.retried),
    ];
    let faults = kinds
        .iter()
        .filter(|(_, gave_up, later)| *gave_up > 0 && *later == 0);
    let faults = faults
        .map(|(kind, gave_up, _)| {
            format!("{gave_up} {kind} ended in a conflict, and none was tried again")
        })
        .collect();
    let [payments, closings] = kinds.map(|(_, _, later)| thousands(later));
    Check {
        claim: format!(
            "{payments} payments and {closings} closings stored after a conflict, by another attempt"
        ),
        faults,
    }
}

fn logins(books: &Books, desk: &Desk) -> Check {
    let mut faults = desk.logins.faults.clone();
    for (account, counted) in &books.failed_logins {
        let failed = desk.failed_logins.get(account).copied().unwrap_or_default();
        if *counted != failed {
            faults.push(format!(
                "account {account}: {failed} logins failed, {counted} were counted"
            ));
        }
    }
    Check {
        claim: format!(
            "{} failed logins, all of them counted",
            thousands(desk.logins.refused)
        ),
        faults,
    }
}

fn balances(books: &Books, accounts: u32) -> Check {
    let mut expected: BTreeMap<i64, i64> = (0..i64::from(accounts))
        .map(|account| (account, OPENING_CENTS))
        .collect();
    expected.insert(BANK, 0);
    for entry in &books.ledger {
        *expected.entry(entry.from).or_default() -= entry.cents;
        *expected.entry(entry.to).or_default() += entry.cents;
    }
    let actual: BTreeMap<i64, i64> = books.balances.iter().copied().collect();
    let accounts = expected.keys().chain(
        actual
            .keys()
            .filter(|account| !expected.contains_key(account)),
    );
    let differ = accounts.filter(|account| expected.get(account) != actual.get(account));
    let written =
        |cents: Option<&i64>| cents.map_or_else(|| "nothing".to_owned(), |cents| money(*cents));
    let faults = differ.map(|account| {
        format!(
            "account {account} holds {}, by the ledger {}",
            written(actual.get(account)),
            written(expected.get(account))
        )
    });
    Check {
        claim: "balances equal the ledger".to_owned(),
        faults: faults.collect(),
    }
}
