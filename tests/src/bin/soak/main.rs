//! Random faults under load, for a chosen time. Every call writes its id into a ledger, which is
//! compared with what the callers were told. Run by `tests/soak`.
#![allow(clippy::print_stdout, reason = "it is what a program is for")]

mod audit;
mod bank;
mod functions;
mod load;
mod notes;
mod options;
mod plan;
mod quiet;
mod report;
mod stopped;
mod world;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sqlx::{MySql, Postgres};
use sqlx_transactional::Db;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::audit::Books;
use crate::bank::{ACCOUNTS, Bank as _, OPENING};
use crate::load::{Call, Load};
use crate::options::Options;
use crate::plan::{Fault, Phase};
use crate::quiet::quiet;
use crate::report::Report;
use crate::stopped::stopped;
use crate::world::{File, Remote, World, exhaust, options as options_of_pool};

/// How long the load goes on after the last fault of a phase.
const TAIL: Duration = Duration::from_millis(300);

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let options = Options::read();
    load::silence_panics();
    let mut reports = Vec::new();
    for server in &options.servers {
        println!("{server}, seed {}", options.seed);
        reports.push(match server.as_str() {
            "postgres" => soak::<Remote<Postgres>>("postgres", &options).await,
            "mysql" => soak::<Remote<MySql>>("mysql", &options).await,
            _ => soak::<File>("sqlite", &options).await,
        });
    }
    for report in &reports {
        println!("\n{report}");
    }
    u8::from(!reports.iter().all(Report::holds)).into()
}

async fn soak<W: World>(server: &'static str, options: &Options) -> Report {
    let mut world = W::open().await;
    let accounts: Vec<_> = (1..=ACCOUNTS)
        .map(|account| format!("({account}, {OPENING})"))
        .collect();
    world
        .database()
        .run(&format!(
            "INSERT INTO accounts VALUES {}",
            accounts.join(", ")
        ))
        .await;
    let pool = world.pool(options_of_pool(options.seed));
    let fresh = W::DB::settings(&mut pool.acquire().await.expect("the server runs"))
        .await
        .expect("it tells");
    let load = Load::new(Db::from(pool.clone()), options.seed);
    let mut report = Report::new(server, options.seed);
    let mut random = StdRng::seed_from_u64(options.seed);
    let mut all = Vec::new();
    let started = Instant::now();
    while started.elapsed() < options.time {
        report.phases += 1;
        let phase = Phase::draw(report.phases, &mut random, W::FAULTS);
        let mut calls = under_load(&mut world, &load, &phase).await;
        world.heal(phase.most().is_some());
        let (took, left) = quiet(world.database(), &pool, &fresh).await;
        calls.push(load.probe().await);
        println!("{phase} {} calls, quiet after {took:?}", calls.len());
        report.quiet = report.quiet.max(took);
        report.longest = report
            .longest
            .max(calls.iter().map(|call| call.took).max().unwrap_or_default());
        report.found(left);
        let books = Books::read(world.database())
            .await
            .expect("the server runs");
        report.found(books.compare(&calls, &load.notes));
        report.found(books.balance());
        all.extend(calls);
    }
    // Includes rows that were committed late.
    let books = Books::read(world.database())
        .await
        .expect("the server runs");
    if report.holds() {
        report.found(books.compare(&all, &load.notes));
        report.found(books.balance());
    }
    report.add(&all, &books);
    report
}

/// Runs the load and the faults of a phase until all calls have ended.
async fn under_load<W: World>(world: &mut W, load: &Arc<Load<W::DB>>, phase: &Phase) -> Vec<Call> {
    let (stop, is_stopped) = watch::channel(false);
    let faults = async {
        let mut calls = Vec::new();
        for (after, fault) in &phase.steps {
            sleep(*after).await;
            match fault {
                Fault::Exhaust(time) => exhaust(load.db.pool(), *time).await,
                Fault::Runtime(time) => {
                    calls.extend(stopped(load, *time, load.seed ^ phase.number).await);
                }
                fault => world.inflict(*fault).await,
            }
        }
        sleep(TAIL).await;
        stop.send_replace(true);
        calls
    };
    let (mut calls, more) = tokio::join!(load.run(phase.number, is_stopped, phase.most()), faults);
    calls.extend(more);
    calls
}
