//! The clerks. While workers move money, customers log in and ask for statements. From time to time
//! two calls close the books concurrently.
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use sqlx_transactional::Db;
use tokio::{join, task::JoinSet, time::sleep};

use crate::{
    bank::{self, BankError},
    books::{self, Closing, Statement},
    load::{Orders, is_conflict},
    report::money,
    vault::{self, Vault},
};

const CLERKS: u64 = 3;
const BETWEEN_CUSTOMERS: Duration = Duration::from_millis(20);
/// The share of the orders between two closings, in percent.
const CLOSING_EVERY: u32 = 10;

/// How calls of one kind ended.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) done: usize,
    pub(crate) refused: usize,
    pub(crate) conflicts: usize,
    /// Wrong answers, and errors that are not conflicts.
    pub(crate) faults: Vec<String>,
}

impl Tally {
    fn failed(&mut self, error: &BankError) {
        if is_conflict(error) {
            self.conflicts += 1;
        } else {
            self.faults.push(error.to_string());
        }
    }

    fn add(&mut self, other: Self) {
        self.done += other.done;
        self.refused += other.refused;
        self.conflicts += other.conflicts;
        self.faults.extend(other.faults);
    }
}

/// The answers that the clerks got.
#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) logins: Tally,
    /// How often each account's password was wrong.
    pub(crate) failed_logins: BTreeMap<i64, i64>,
    pub(crate) statements: Tally,
    pub(crate) closings: Tally,
    /// Closings that took more than one attempt.
    pub(crate) retried: usize,
    pub(crate) closed: Vec<Closing>,
}

/// Serves customers and closes the books until the last order is taken.
pub(crate) async fn run<DB: Vault>(db: &Db<DB>, orders: &Arc<Orders>) -> Desk {
    let mut clerks = JoinSet::new();
    for clerk in 0..CLERKS {
        clerks.spawn(serve(
            db.clone(),
            Arc::clone(orders),
            StdRng::seed_from_u64(clerk),
        ));
    }
    let mut desk = Desk::default();
    for percent in (CLOSING_EVERY..100).step_by(CLOSING_EVERY as usize) {
        while orders.taken() < percent {
            sleep(BETWEEN_CUSTOMERS).await;
        }
        let (one, other) = join!(books::close_books(db), books::close_books(db));
        desk.closing(one);
        desk.closing(other);
    }
    for served in clerks.join_all().await {
        desk.add(served);
    }
    desk
}

async fn serve<DB: Vault>(db: Db<DB>, orders: Arc<Orders>, mut random: StdRng) -> Desk {
    let mut desk = Desk::default();
    loop {
        let account = orders.any_account(&mut random);
        let forgotten = random.random_bool(0.2);
        let password = if forgotten {
            "was it this?".to_owned()
        } else {
            vault::password(account)
        };
        desk.login(
            account,
            forgotten,
            bank::log_in(&db, account, &password).await,
        );
        desk.statement(books::statement(&db, account).await);
        if orders.taken() >= 100 {
            return desk;
        }
        sleep(BETWEEN_CUSTOMERS).await;
    }
}

impl Desk {
    fn login(&mut self, account: i64, forgotten: bool, answer: Result<(), BankError>) {
        match answer {
            Ok(()) if !forgotten => self.logins.done += 1,
            Ok(()) => self.logins.faults.push(format!(
                "account {account} was opened with a wrong password"
            )),
            Err(BankError::WrongPassword { .. }) if forgotten => {
                self.logins.refused += 1;
                *self.failed_logins.entry(account).or_default() += 1;
            }
            Err(error) => self.logins.failed(&error),
        }
    }

    fn statement(&mut self, answer: Result<Statement, BankError>) {
        match answer {
            Ok(statement) => {
                let Statement {
                    account, balance, ..
                } = statement;
                self.statements.done += 1;
                if balance != statement.sum() {
                    let (balance, sum) = (money(balance), money(statement.sum()));
                    self.statements.faults.push(format!(
                        "account {account} held {balance}, by its entries {sum}"
                    ));
                }
            }
            Err(error) => self.statements.failed(&error),
        }
    }

    fn closing(&mut self, answer: Result<(Closing, u32), BankError>) {
        match answer {
            Ok((closing, attempt)) => {
                self.closings.done += 1;
                self.retried += usize::from(attempt > 1);
                self.closed.push(closing);
            }
            Err(error) => self.closings.failed(&error),
        }
    }

    fn add(&mut self, other: Self) {
        let Self {
            logins,
            failed_logins,
            statements,
            closings,
            retried,
            closed,
        } = other;
        self.logins.add(logins);
        for (account, failed) in failed_logins {
            *self.failed_logins.entry(account).or_default() += failed;
        }
        self.statements.add(statements);
        self.closings.add(closings);
        self.retried += retried;
        self.closed.extend(closed);
    }
}
