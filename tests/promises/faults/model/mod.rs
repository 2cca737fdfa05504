//! Random programs of calls and statements, each run on every database and by a model of the
//! promises. What the functions saw, what they returned, what is stored and which hooks ran has to
//! be the same. A program that fails is shrunk and printed.
//!
//! The programs are the same in every run. `MODEL_CASES=20000 tests/run model` tries more, and
//! `MODEL_SEED=7` tries others.

mod generate;
mod interpret;
mod program;
mod promised;
mod reference;
mod seen;

use std::{collections::BTreeSet, ops::RangeInclusive, time::Duration};

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use sqlx::Pool;
use tests::{
    checks::no_connection_in_transaction,
    servers::{Server, TestDatabase},
};
use tokio::sync::Mutex;

use self::{
    interpret::{Interpreter, Log},
    program::Program,
    promised::Database,
    reference::{Model, Stop},
    seen::{Event, Failure, Outcome, Table},
};
use crate::bank::options;

/// Longer than any program takes.
const STUCK: Duration = Duration::from_secs(20);

/// The rows that programs insert, and the row that always exists.
const ROWS: RangeInclusive<i64> = 0..=4;
const EMPTY: &str = "CREATE TABLE items (id BIGINT PRIMARY KEY); CREATE TABLE lent (times BIGINT NOT NULL); INSERT INTO lent VALUES (0);
                     INSERT INTO items VALUES (0);
                     CREATE TABLE numbers (id BIGINT PRIMARY KEY); INSERT INTO numbers VALUES (1), (2), (3)";
const CLEAN: &str = "DELETE FROM items WHERE id > 0; UPDATE lent SET times = 0";

/// A number from an environment variable.
fn number<N: std::str::FromStr>(variable: &str, default: N) -> N {
    std::env::var(variable).ok().map_or(default, |text| {
        text.parse()
            .ok()
            .unwrap_or_else(|| panic!("{variable} is a number"))
    })
}

struct Bench<DB: Server> {
    database: TestDatabase<DB>,
    pool: Pool<DB>,
    others: DB::Connection,
    kind: Database,
}

impl<DB: Server> Bench<DB> {
    async fn new(kind: Database) -> Self {
        let database = TestDatabase::<DB>::new().await;
        database.run(EMPTY).await;
        let (pool, others) = (database.pool(options(2)), database.connect().await);
        Self {
            database,
            pool,
            others,
            kind,
        }
    }

    async fn integer(&mut self, sql: String) -> i64 {
        DB::integer(&mut self.others, sql)
            .await
            .expect("others can look")
    }

    /// The committed contents, read on another connection.
    async fn table(&mut self) -> Table {
        let mut rows = BTreeSet::new();
        for id in ROWS {
            if self
                .integer(format!("SELECT COUNT(*) FROM items WHERE id = {id}"))
                .await
                == 1
            {
                rows.insert(id);
            }
        }
        Table {
            rows,
            lent: self.integer("SELECT times FROM lent".into()).await,
        }
    }

    async fn check(
        &mut self,
        program: &Program,
        log: Log,
        returned: Result<(), Failure>,
    ) -> Result<(), TestCaseError> {
        let outcome = Outcome {
            result: returned.map_err(|failure| failure.kind()),
            table: self.table().await,
            hooks: log.hooks.lock().expect("no holder panics").clone(),
        };
        no_connection_in_transaction(&self.database, &self.pool).await;
        agree(self.kind, program, &log.events.into_inner(), &outcome)
    }
}

/// Whether the model explains what was seen, for one of the possible outcomes of each uncertain
/// step.
fn agree(
    database: Database,
    program: &Program,
    seen: &[Event],
    outcome: &Outcome,
) -> Result<(), TestCaseError> {
    let table = Table {
        rows: [0].into(),
        lent: 0,
    };
    let mut complaints = Vec::new();
    let (mut choices, mut ways) = (0, 1);
    while choices < ways {
        let mut model = Model::new(database, table.clone(), seen, choices);
        match model.call(program) {
            Ok(expected) if expected == *outcome => return Ok(()),
            Ok(expected) => complaints.push(format!("{expected:?} was due, {outcome:?} was seen")),
            Err(Stop::Disagrees(complaint)) => complaints.push(complaint),
            Err(Stop::Dropped) => complaints.push("a call was dropped that has no cut".into()),
        }
        ways = ways.max(1 << model.chosen.min(10));
        choices += 1;
    }
    Err(TestCaseError::fail(format!(
        "{}; seen: {seen:?}",
        complaints.join("; or ")
    )))
}

/// The number of cases takes about 15 seconds on two busy cores.
fn model_and_database_agree<DB: Interpreter>(kind: Database, cases: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let bench = Mutex::new(runtime.block_on(Bench::<DB>::new(kind)));
    let config = Config {
        cases: number("MODEL_CASES", cases),
        rng_seed: RngSeed::Fixed(number("MODEL_SEED", 1)),
        failure_persistence: None,
        ..Config::default()
    };
    let found = TestRunner::new(config).run(&generate::programs(), |program| {
        runtime.block_on(async {
            let mut bench = bench.lock().await;
            DB::run(&mut bench.others, CLEAN.into())
                .await
                .expect("no lock is held");
            let log = Log::default();
            match tokio::time::timeout(STUCK, DB::interpret(&bench.pool, &program, &log)).await {
                Ok(returned) => bench.check(&program, log, returned).await,
                Err(_) => Err(TestCaseError::fail(format!(
                    "it never ends; seen: {:?}",
                    log.events.borrow()
                ))),
            }
        })
    });
    match found {
        Ok(()) => {}
        Err(TestError::Fail(why, program)) => panic!("{why}\nin the program {program:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

#[test]
fn postgres() {
    model_and_database_agree::<sqlx::Postgres>(Database::Postgres, 400);
}

#[test]
fn mysql() {
    model_and_database_agree::<sqlx::MySql>(Database::MySql, 1200);
}

#[test]
fn sqlite() {
    model_and_database_agree::<sqlx::Sqlite>(Database::Sqlite, 4000);
}
