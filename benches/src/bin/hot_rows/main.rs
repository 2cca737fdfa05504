//! How retries perform when many transactions update the same few rows.
//!
//! `pgbench`: committed transactions per second, as ratios to pgbench's own retry on the same
//! server in the same run. `load`: transfers between five accounts, audited: acknowledged transfers
//! are stored, and no money is lost. Exits with 1 if a check fails.
//!
//! ```sh
//! tests/run -- cargo run --release -p benches --bin hot_rows
//! ```

mod by_hand;
mod contest;
mod load;
mod old_snapshots;
mod pgbench;
mod rows;
mod table;
mod through_us;
mod turn;

use std::{num::NonZero, process::ExitCode};

use clap::{Parser, ValueEnum};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// How retries perform on hot rows: ratios to pgbench, and an audited load.
#[derive(Debug, Parser)]
struct Options {
    /// Length of a turn in seconds; each contender has one turn for each number of workers
    #[arg(long, default_value = "2")]
    seconds: NonZero<u32>,
    /// Turns of each contender, in changing order
    #[arg(long, default_value = "1")]
    rounds: NonZero<u32>,
    /// Transfers of each load
    #[arg(long, default_value = "5000")]
    transfers: NonZero<u32>,
    /// Run only one half of the program
    #[arg(long)]
    only: Option<Half>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Half {
    Pgbench,
    Load,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in faults {
                eprintln!("hot_rows: {fault}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("hot_rows: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the faults that were found.
async fn run(options: &Options) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    if options.only != Some(Half::Load) {
        faults.extend(contest::run(options.seconds.get(), options.rounds.get()).await?);
    }
    if options.only != Some(Half::Pgbench) {
        faults.extend(load::run(options.transfers.get()).await);
    }
    Ok(faults)
}
