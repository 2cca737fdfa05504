//! Runs each macro on random inputs and prints the figures. After the first finding, prints it and
//! exits with 1.
//!
//! ```sh
//! cargo run --release -p fuzz --bin fuzz -- 60
//! ```

use std::{
    env,
    process::ExitCode,
    time::{Duration, Instant},
};

use fuzz::{Run, Target};

/// The time for each macro (20 seconds by default), the seed of an earlier run for the same inputs,
/// and the name of the only macro to run.
const USAGE: &str = "fuzz [SECONDS [SEED [transactional|retry_on_error|transactional_methods]]]";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let mut number = |default| {
        arguments
            .next()
            .map_or(Ok(default), |text| text.parse::<u64>())
    };
    let (Ok(seconds), Ok(seed)) = (number(20), number(fastrand::u64(..))) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let only = arguments.next();
    println!("seed {seed}");
    for target in Target::ALL
        .into_iter()
        .filter(|target| only.as_ref().is_none_or(|only| only == target.name()))
    {
        let (started, mut run) = (Instant::now(), Run::new(target, seed));
        let tally = loop {
            match run.executions(1000) {
                Ok(tally) if started.elapsed() >= Duration::from_secs(seconds) => break tally,
                Ok(_) => {}
                Err(finding) => {
                    eprintln!(
                        "{finding}\n\nfuzz: found with `fuzz {seconds} {seed} {}`",
                        target.name()
                    );
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
