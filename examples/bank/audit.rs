//! Compares what the callers were told with what the database holds.
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use sqlx_transactional::Db;
use tokio::time::{Instant, timeout_at};

use crate::{
    bank::{self, BankError, Books, Transfer},
    load::{Call, End, OPENING_CENTS},
    report::{money, thousands},
    vault::Vault,
};

/// Background work of cancelled calls has to be over by then.
const QUIET: Duration = Duration::from_secs(10);

/// What ought to be true, and what is found instead.
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
    pub(crate) connections: Check,
    /// The transfers that are stored although their callers had no answer: COMMIT was under way.
    pub(crate) unanswered: HashSet<i64>,
}

impl Audit {
    pub(crate) fn money_conserved(&self) -> bool {
        self.money.iter().all(Check::holds)
    }

    pub(crate) fn holds(&self) -> bool {
        self.money_conserved() && self.connections.holds()
    }
}

pub(crate) async fn audit<DB: Vault>(db: &Db<DB>, calls: &[Call], accounts: u32) -> Result<Audit, BankError> {
    let connections = connections(db).await;
    let books = bank::books(db).await?;
    let (ledger, unanswered) = ledger(&books, calls);
    let money = vec![total(&books, accounts), ledger, balances(&books, accounts)];
    Ok(Audit { money, connections, unanswered })
}

/// Takes every connection that the pool has to give: none may be missing, and none inside a transaction.
async fn connections<DB: Vault>(db: &Db<DB>) -> Check {
    let until = Instant::now() + QUIET;
    let (mut held, mut faults) = (Vec::new(), Vec::new());
    let max = db.pool().options().get_max_connections();
    for number in 1..=max {
        match timeout_at(until, db.pool().acquire()).await {
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
    Check { claim: format!("{max} connections, all of them back in the pool, none in a transaction"), faults }
}

fn total(books: &Books, accounts: u32) -> Check {
    let before = i64::from(accounts) * OPENING_CENTS;
    let after = books.balances.iter().map(|(_, cents)| cents).sum();
    let mut faults = Vec::new();
    if after != before {
        faults.push(format!("{} before, {} after", money(before), money(after)));
    }
    let negative = books.balances.iter().filter(|(_, cents)| *cents < 0);
    faults.extend(negative.map(|(account, cents)| format!("account {account} holds {}", money(*cents))));
    Check { claim: format!("{} before and after, no balance below zero", money(before)), faults }
}

/// An acknowledged call is in the ledger once; a failed one is not; one without an answer is there once, or not at all.
fn ledger(books: &Books, calls: &[Call]) -> (Check, HashSet<i64>) {
    let mut entries = HashMap::<i64, Vec<Transfer>>::new();
    for entry in &books.ledger {
        entries.entry(entry.id).or_default().push(*entry);
    }
    let (mut faults, mut unanswered) = (Vec::new(), HashSet::new());
    for Call { order, end, .. } in calls {
        let found = entries.remove(&order.id).unwrap_or_default();
        let id = order.id;
        match (end, found.as_slice()) {
            (_, [_, _, ..]) => faults.push(format!("transfer {id} is there {} times", found.len())),
            (_, [entry]) if entry != order => faults.push(format!("{order:?} is stored as {entry:?}")),
            (End::Committed, []) => faults.push(format!("transfer {id} was committed and is not there")),
            (End::Committed, _) | (_, []) => {}
            (End::Cancelled | End::Unknown, _) => _ = unanswered.insert(id),
            (End::Overdraft, _) => faults.push(format!("transfer {id} was an overdraft and is there")),
            (End::Conflict, _) => faults.push(format!("transfer {id} ended in a conflict and is there")),
            (End::Failed(error), _) => faults.push(format!("transfer {id} failed and is there: {error}")),
            (End::Panicked, _) => faults.push(format!("transfer {id} panicked and is there")),
        }
    }
    faults.extend(entries.keys().map(|id| format!("transfer {id} is there, and nobody asked for it")));
    let committed = calls.iter().filter(|call| matches!(call.end, End::Committed)).count();
    let cut_off = match unanswered.len() {
        0 => String::new(),
        some => format!("{} cut off in COMMIT, ", thousands(some)),
    };
    let stored = thousands(books.ledger.len());
    let claim = format!("{stored} ledger entries: {} committed, {cut_off}none failed", thousands(committed));
    (Check { claim, faults }, unanswered)
}

fn balances(books: &Books, accounts: u32) -> Check {
    let mut expected: BTreeMap<i64, i64> = (0..i64::from(accounts)).map(|account| (account, OPENING_CENTS)).collect();
    for entry in &books.ledger {
        *expected.entry(entry.from).or_default() -= entry.cents;
        *expected.entry(entry.to).or_default() += entry.cents;
    }
    let actual: BTreeMap<i64, i64> = books.balances.iter().copied().collect();
    let accounts = expected.keys().chain(actual.keys().filter(|account| !expected.contains_key(account)));
    let differ = accounts.filter(|account| expected.get(account) != actual.get(account));
    let written = |cents: Option<&i64>| cents.map_or_else(|| "nothing".to_owned(), |cents| money(*cents));
    let faults = differ.map(|account| {
        format!("account {account} holds {}, by the ledger {}", written(actual.get(account)), written(expected.get(account)))
    });
    Check { claim: "balances equal the ledger".to_owned(), faults: faults.collect() }
}
