//! A bank. Many workers move money between accounts at once. Some of their calls overdraw an
//! account, panic or are cancelled. Meanwhile clerks log customers in, read statements and close
//! the books. Then all workers use the same few accounts, and their transactions conflict. At the
//! end the audit accounts for every cent, every ledger entry and every receipt.
//!
//! ```sh
//! cargo run --example bank
//! cargo run --example bank -- --database-url postgres://postgres@localhost/postgres
//! cargo run --example bank -- --database-url mysql://root@localhost
//! ```
//!
//! The transactions are in `bank.rs` and `books.rs`; start there.
mod audit;
mod bank;
mod books;
mod desk;
mod load;
mod options;
mod report;
mod rush;
mod vault;

use std::{
    error::Error,
    io,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use console::style;
use indicatif::HumanCount;
use sqlx::{MySql, Postgres, Sqlite};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

use crate::{
    load::{OPENING_CENTS, Orders},
    options::{Location, Options},
    vault::Vault,
};

/// How long to wait for the server to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there is no result: the run could not start, the books could not be read, or the tables
/// could not be dropped.
enum Failure {
    Setup(Box<dyn Error>),
    Run(Box<dyn Error>),
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let stop = on_ctrl_c();
    let ran = match &options.database_url {
        None => run_in_temporary_file(&options, stop).await,
        Some(Location::Sqlite(url)) => run::<Sqlite>(url, &options, stop).await,
        Some(Location::Postgres(url)) => run::<Postgres>(url, &options, stop).await,
        Some(Location::MySql(url)) => run::<MySql>(url, &options, stop).await,
    };
    let (error, code) = match ran {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => return ExitCode::FAILURE,
        Err(Failure::Setup(error)) => (error, ExitCode::from(2)),
        Err(Failure::Run(error)) => (error, ExitCode::FAILURE),
    };
    eprintln!("{} {error}", style("error:").for_stderr().red().bold());
    code
}

async fn run_in_temporary_file(
    options: &Options,
    stop: watch::Receiver<bool>,
) -> Result<bool, Failure> {
    let directory = tempfile::tempdir()
        .map_err(|error| Failure::Setup(format!("no temporary directory: {error}").into()))?;
    let url = format!(
        "sqlite://{}?mode=rwc",
        directory.path().join("bank.db").display()
    );
    run::<Sqlite>(&url, options, stop).await
}

/// Runs the day, the rush and the audit. Returns whether every check holds.
async fn run<DB: Vault>(
    url: &str,
    options: &Options,
    mut stop: watch::Receiver<bool>,
) -> Result<bool, Failure> {
    let connected = tokio::select! {
        connected = timeout(PATIENCE, DB::connect(url)) => {
            connected.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no answer within 5 s").into()))
        }
        Ok(_) = stop.wait_for(|stop| *stop) => {
            println!("stopped before the first transfer");
            return Ok(true);
        }
    };
    let branch =
        connected.map_err(|error| setup("cannot open the database", &error, DB::IF_NOT_OPENED))?;
    let accounts = i64::from(options.accounts);
    branch
        .open(accounts, OPENING_CENTS)
        .await
        .map_err(|error| setup("cannot create the tables", &error, DB::IF_NOT_CREATED))?;

    let (transfers, workers) = (HumanCount(options.transfers.into()), options.workers);
    println!(
        "{}: {transfers} transfers between {accounts} accounts, {workers} at a time\n",
        style(DB::NAME).bold()
    );

    let progress = report::progress(options.transfers + 2 * rush::size(options));
    let started = Instant::now();
    let (receipts, sent) = mpsc::unbounded_channel();
    let (calls, desk) = load::run(
        &branch.db,
        options.workers,
        Orders::new(options, &stop),
        &receipts,
        &progress,
    )
    .await;
    let elapsed = started.elapsed();
    let rush = rush::run(branch.rush(), options, &stop, &receipts, &progress).await;
    progress.finish_and_clear();
    if *stop.borrow() {
        println!("stopped after {} of them\n", HumanCount(calls.len() as u64));
    }

    drop(receipts);
    let audited = audit::audit(&branch, &calls, &desk, &rush, sent, options.accounts).await;
    let closed = branch.close().await;
    let audit =
        audited.map_err(|error| Failure::Run(format!("cannot read the books: {error}").into()))?;
    report::table(&calls, &desk, elapsed, &audit);
    report::rush(&rush, DB::CONFLICT);
    report::verdict(&audit);
    closed.map_err(|error| Failure::Run(format!("cannot drop the tables: {error}").into()))?;
    Ok(audit.holds())
}

fn setup(what: &str, error: &dyn Error, help: &str) -> Failure {
    Failure::Setup(format!("{what}: {error}\nhelp: {help}").into())
}

/// Becomes true at Ctrl-C.
fn on_ctrl_c() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            sender.send_replace(true);
        }
        sender.closed().await;
    });
    receiver
}
