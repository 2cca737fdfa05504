//! Compares what the callers were told with what the database holds, after the load has ended.

use std::collections::HashMap;
use std::time::Duration;

use ::tests::servers::TestDatabase;
use sqlx_transactional::Class;

use crate::bank::{ACCOUNTS, Bank, Kind, OPENING, Row};
use crate::load::{Call, End};
use crate::notes::{Notes, Ran};

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Acknowledged, and not stored.
    Lost,
    /// Stored more than once.
    Doubled,
    /// Reported as failed, and stored.
    Undead,
    /// A connection, permit, lock, transaction or setting that was left behind.
    Leaked,
    /// The balances do not agree with the ledger.
    Money,
    /// A hook ran although it must not run, or did not run although it must.
    Hook,
    /// A call that did not end, or ended much later than its timeout.
    Hung,
    /// An error with a class that does not fit the call.
    Class,
}

impl Fault {
    pub(crate) const ALL: [Self; 8] = [
        Self::Lost,
        Self::Doubled,
        Self::Undead,
        Self::Leaked,
        Self::Money,
        Self::Hook,
        Self::Hung,
        Self::Class,
    ];
}

/// What is wrong, and where.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) fault: Fault,
    pub(crate) text: String,
}

impl Finding {
    pub(crate) fn new(fault: Fault, text: String) -> Self {
        Self { fault, text }
    }
}

/// What the database holds.
#[derive(Default)]
pub(crate) struct Books {
    /// The number of rows for each id.
    stored: HashMap<i64, usize>,
    ledger: Vec<Row>,
    balances: Vec<Row>,
}

impl Books {
    pub(crate) async fn read<DB: Bank>(database: &TestDatabase<DB>) -> Result<Self, sqlx::Error> {
        let mut connection = database.connect().await;
        let balances = DB::rows(
            &mut connection,
            "SELECT id, cents, cents, cents FROM accounts",
        )
        .await?;
        let ledger = DB::rows(
            &mut connection,
            "SELECT id, source, target, cents FROM ledger",
        )
        .await?;
        Ok(Self::new(ledger, balances))
    }

    fn new(ledger: Vec<Row>, balances: Vec<Row>) -> Self {
        let mut stored = HashMap::new();
        for (id, ..) in &ledger {
            *stored.entry(*id).or_default() += 1;
        }
        Self {
            stored,
            ledger,
            balances,
        }
    }

    pub(crate) fn holds(&self, call: &Call) -> bool {
        self.stored.contains_key(&call.order.id)
    }

    /// What is wrong with these calls.
    pub(crate) fn compare(&self, calls: &[Call], notes: &Notes) -> Vec<Finding> {
        let all = calls.iter().flat_map(|call| {
            let stored = self.stored.get(&call.order.id).copied().unwrap_or_default();
            let undone = self.stored.contains_key(&-call.order.id)
                || notes.of(-call.order.id).after_commit > 0;
            let faults = faults(call, stored, notes.of(call.order.id))
                .into_iter()
                .chain(undone.then_some(Fault::Undead));
            faults.map(move |fault| (fault, call, stored))
        });
        all.map(|(fault, call, stored)| {
            Finding::new(
                fault,
                format!("{call:?}: stored {stored}, {:?}", notes.of(call.order.id)),
            )
        })
        .collect()
    }

    /// Checks that the ledger explains each balance.
    pub(crate) fn balance(&self) -> Vec<Finding> {
        let mut expected: HashMap<i64, i64> =
            (1..=ACCOUNTS).map(|account| (account, OPENING)).collect();
        for (_, source, target, cents) in &self.ledger {
            *expected.entry(*source).or_default() -= cents;
            *expected.entry(*target).or_default() += cents;
        }
        let differ = self
            .balances
            .iter()
            .filter(|(id, cents, ..)| expected.get(id) != Some(cents));
        differ
            .map(|(id, cents, ..)| {
                Finding::new(
                    Fault::Money,
                    format!(
                        "account {id} holds {cents}, by the ledger {:?}",
                        expected.get(id)
                    ),
                )
            })
            .collect()
    }
}

/// What is wrong with a call that has `stored` rows and of which these hooks `ran`.
fn faults(call: &Call, stored: usize, ran: Ran) -> Vec<Fault> {
    let Call {
        order: crate::bank::Order { kind, .. },
        end,
        took,
    } = call;
    let unknown = match end {
        End::Failed(Class::CommitUnknown, _) | End::Cancelled | End::Hung => true,
        // An error of a call by hand does not tell whether the call took effect.
        End::Failed(..) => *kind == Kind::ByHand,
        _ => false,
    };
    let ok = matches!(end, End::Ok);
    let due = ok && kind.stores();
    let rolled_back = matches!(end, End::Refused | End::Panicked) || (ok && *kind == Kind::Marked);
    let hooks = *kind != Kind::ByHand;
    let wrong = [
        (due && stored == 0, Fault::Lost),
        (stored > 1, Fault::Doubled),
        (
            stored > 0 && !(due || (unknown && kind.stores())),
            Fault::Undead,
        ),
        (ran.after_commit + ran.after_rollback > 1, Fault::Hook),
        (
            ran.after_commit > 0 && (stored == 0 && kind.stores()),
            Fault::Hook,
        ),
        (ran.after_rollback > 0 && stored > 0, Fault::Hook),
        (
            ok && hooks && *kind != Kind::Marked && ran.after_commit == 0,
            Fault::Hook,
        ),
        (rolled_back && ran.after_rollback == 0, Fault::Hook),
        (
            matches!(end, End::Failed(Class::CommitUnknown, _))
                && ran.after_commit + ran.after_rollback > 0,
            Fault::Hook,
        ),
        (
            matches!(end, End::Hung)
                || (matches!(end, End::Failed(Class::Timeout, _)) && *took > LATE),
            Fault::Hung,
        ),
        (
            matches!(end, End::Failed(class, _) if !is_expected(*class, *kind)),
            Fault::Class,
        ),
        (
            matches!(end, End::Panicked) && *kind != Kind::Panics,
            Fault::Class,
        ),
    ];
    wrong
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect()
}

/// An attempt has a timeout below half a second. A call has up to five attempts, with pauses.
const LATE: Duration = Duration::from_secs(5);

/// Whether a function of this kind can fail with an error of this class.
fn is_expected(class: Class, kind: Kind) -> bool {
    match class {
        Class::Connection | Class::PoolTimeout | Class::Deadlock | Class::Busy => true,
        Class::CommitUnknown => kind != Kind::ByHand,
        Class::Serialization => kind == Kind::Snapshot,
        Class::Timeout => matches!(kind, Kind::Timed | Kind::Slow | Kind::Hurried),
        // If a part of a transaction was dropped, the transaction can only be rolled back.
        Class::Other => matches!(kind, Kind::Hurried | Kind::Impatient),
        Class::Constraint(_) => kind == Kind::Careless,
        Class::LockTimeout => kind == Kind::Timed,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::Order;

    fn call(kind: Kind, end: End) -> Call {
        Call {
            order: Order {
                id: 7,
                kind,
                source: 1,
                target: 2,
                cents: 5,
                again: false,
            },
            end,
            took: Duration::ZERO,
        }
    }

    fn ran(after_commit: u32, after_rollback: u32) -> Ran {
        Ran {
            after_commit,
            after_rollback,
        }
    }

    #[test]
    fn soak_audits_find_what_is_wrong_with_a_call() {
        let failed = |class| End::Failed(class, String::new());
        for (kind, end, stored, hooks, found) in [
            (Kind::Plain, End::Ok, 1, ran(1, 0), vec![]),
            (
                Kind::Plain,
                End::Ok,
                0,
                ran(0, 0),
                vec![Fault::Lost, Fault::Hook],
            ),
            (Kind::Plain, End::Ok, 2, ran(1, 0), vec![Fault::Doubled]),
            (Kind::Plain, End::Ok, 1, ran(2, 0), vec![Fault::Hook]),
            (
                Kind::Plain,
                End::Refused,
                1,
                ran(0, 0),
                vec![Fault::Undead, Fault::Hook],
            ),
            (
                Kind::Plain,
                failed(Class::Connection),
                1,
                ran(0, 0),
                vec![Fault::Undead],
            ),
            (Kind::Plain, failed(Class::Connection), 0, ran(0, 1), vec![]),
            (
                Kind::Plain,
                failed(Class::Other),
                0,
                ran(0, 1),
                vec![Fault::Class],
            ),
            (
                Kind::Plain,
                failed(Class::Timeout),
                0,
                ran(0, 1),
                vec![Fault::Class],
            ),
            (
                Kind::Plain,
                failed(Class::CommitUnknown),
                1,
                ran(0, 0),
                vec![],
            ),
            (
                Kind::Plain,
                failed(Class::CommitUnknown),
                0,
                ran(1, 0),
                vec![Fault::Hook, Fault::Hook],
            ),
            (Kind::Plain, End::Cancelled, 1, ran(1, 0), vec![]),
            (Kind::Plain, End::Cancelled, 1, ran(0, 1), vec![Fault::Hook]),
            (Kind::Plain, End::Hung, 0, ran(0, 0), vec![Fault::Hung]),
            (Kind::Plain, End::Panicked, 0, ran(0, 1), vec![Fault::Class]),
            (Kind::Panics, End::Panicked, 0, ran(0, 1), vec![]),
            (Kind::Marked, End::Ok, 0, ran(0, 1), vec![]),
            (
                Kind::Marked,
                End::Ok,
                1,
                ran(0, 0),
                vec![Fault::Undead, Fault::Hook],
            ),
            (Kind::Total, End::Ok, 0, ran(1, 0), vec![]),
            (Kind::ByHand, End::Ok, 0, ran(0, 0), vec![Fault::Lost]),
            (
                Kind::ByHand,
                failed(Class::Connection),
                1,
                ran(0, 0),
                vec![],
            ),
        ] {
            let call = call(kind, end);
            assert_eq!(
                faults(&call, stored, hooks),
                found,
                "{call:?} {stored} {hooks:?}"
            );
        }
    }

    #[test]
    fn soak_audits_find_money_and_what_was_to_be_undone() {
        let balances: Vec<Row> = (1..=ACCOUNTS)
            .map(|id| (id, OPENING - if id == 1 { 5 } else { 0 }, 0, 0))
            .collect();
        let books = Books::new(vec![(7, 1, 2, 5), (-7, 1, 2, 0)], balances);
        let faults = |findings: Vec<Finding>| {
            findings
                .into_iter()
                .map(|finding| finding.fault)
                .collect::<Vec<_>>()
        };
        assert_eq!(faults(books.balance()), [Fault::Money]);
        assert_eq!(
            faults(books.compare(&[call(Kind::ByHand, End::Ok)], &Notes::default())),
            [Fault::Undead]
        );
    }
}
