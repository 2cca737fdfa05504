//! Executes each macro on random inputs, and prints what it comes to; or the first finding, and exits with 1.
//!
//! ```sh
//! cargo run --release -p fuzz --bin fuzz -- 60
//! ```

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use fuzz::{Run, Target};

/// Random inputs for the macros.
#[derive(Debug, Parser)]
struct Options {
    /// How long, for each macro
    #[arg(default_value = "20")]
    seconds: u64,
    /// The one of an earlier run makes the same inputs
    #[arg(long)]
    seed: Option<u64>,
    /// One macro, by its name
    #[arg(long, value_parser = target)]
    only: Option<Target>,
}

fn target(name: &str) -> Result<Target, String> {
    let names = Target::ALL.map(Target::name).join(", ");
    Target::ALL.into_iter().find(|target| target.name() == name).ok_or(format!("there are {names}"))
}

fn main() -> ExitCode {
    let options = Options::parse();
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}");
    for target in Target::ALL.into_iter().filter(|target| options.only.is_none_or(|only| only == *target)) {
        let (started, mut run) = (Instant::now(), Run::new(target, seed));
        let tally = loop {
            match run.executions(1000) {
                Ok(tally) if started.elapsed() >= Duration::from_secs(options.seconds) => break tally,
                Ok(_) => {}
                Err(finding) => {
                    eprintln!("{finding}\n\nfuzz: found with --seed {seed} --only {}", target.name());
                    return ExitCode::FAILURE;
                }
            }
        };
        let per_second = tally.executions / started.elapsed().as_secs().max(1);
        println!(
            "{:<22} {:>9} executions, {per_second} a second; {} accepted, the longest {:.1} ms",
            target.name(),
            tally.executions,
            tally.accepted,
            1e3 * tally.longest.as_secs_f64()
        );
    }
    ExitCode::SUCCESS
}
