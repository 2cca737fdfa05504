//! What the attributes cost the compiler: a crate with annotated functions, compared with the same
//! functions with `begin` and `commit` by hand.
//!
//! An annotated function is generic over its source. It is called with one kind of source, with two
//! and with three: `&Pool`, `&Db`, a session. The crates take turns, and the result is the median
//! of the rounds' ratios of CPU time. No check depends on it.
//!
//! ```sh
//! cargo run --release -p benches --bin compile_time
//! ```

mod functions;
mod project;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, ValueEnum};

use self::{
    functions::{Style, source},
    project::{Project, Took, cold_macros},
};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What the attributes cost the compiler, as ratios to sqlx by hand.
#[derive(Debug, Parser)]
struct Options {
    /// Functions in each crate
    #[arg(long, default_value = "1000")]
    functions: usize,
    /// How often each crate is built in each way
    #[arg(long, default_value = "3")]
    rounds: usize,
    /// Which builds to measure
    #[arg(long, value_enum, num_args = 1.., default_values = ["check", "debug", "release"])]
    builds: Vec<Build>,
    /// Where to build: an empty or new folder, or the one of an earlier run
    #[arg(long, default_value = "target/compile_time")]
    folder: PathBuf,
}

/// The crates, which are compared with the first one: the style, and the number of ways in which
/// each function is called.
const CRATES: [(Style, usize); 4] = [
    (Style::ByHand, 1),
    (Style::Annotated, 1),
    (Style::Annotated, 2),
    (Style::Annotated, 3),
];

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Build {
    Check,
    Debug,
    Release,
}

impl Build {
    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check"],
            Self::Debug => &["build"],
            Self::Release => &["build", "--release"],
        }
    }
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compile_time: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Error> {
    let root = std::path::absolute(&options.folder)?;
    let members = CRATES.map(|(style, ways)| name(style, ways));
    let project = Project::new(root.clone(), &members)?;
    // Builds their dependencies, and makes cargo's own preparations.
    for build in &options.builds {
        project.cargo(&[build.arguments(), &["--workspace"]].concat())?;
    }
    println!(
        "{} functions, {} rounds; CPU seconds, ratio to the first row",
        options.functions, options.rounds
    );
    let heads: Vec<_> = options
        .builds
        .iter()
        .map(|build| format!("{:>24}", build.arguments().join(" ")))
        .collect();
    println!("{:<12}{:>12}{}", "", "LLVM lines", heads.concat());
    let mut cpu = vec![vec![Vec::new(); options.builds.len()]; CRATES.len()];
    for round in 0..options.rounds {
        for (column, build) in options.builds.iter().enumerate() {
            for (row, ((style, ways), member)) in CRATES.iter().zip(&members).enumerate() {
                let code = source(*style, options.functions, *ways);
                project.write(member, &format!("{code}// {round} {column}\n"))?;
                let took = project.cargo(&[build.arguments(), &["--package", member]].concat())?;
                cpu[row][column].push(took.cpu.as_secs_f64());
            }
        }
    }
    for (row, member) in members.iter().enumerate() {
        let lines = project.llvm_lines(member)?;
        let cells: Vec<_> = (0..options.builds.len())
            .map(|column| cell(&cpu[row][column], &cpu[0][column]))
            .collect();
        println!("{member:<12}{lines:>12}{}", cells.concat());
    }
    let cold: Vec<Took> = (0..options.rounds)
        .map(|_| cold_macros(&root))
        .collect::<Result<_, _>>()?;
    let seconds = |took: fn(&Took) -> Duration| {
        median(cold.iter().map(|cold| took(cold).as_secs_f64()).collect())
    };
    let (wall, cpu) = (seconds(|took| took.wall), seconds(|took| took.cpu));
    println!("cold build of the macro crate and its dependencies: {wall:.1} s, {cpu:.1} s of CPU");
    Ok(())
}

fn name(style: Style, ways: usize) -> String {
    let style = if style == Style::ByHand {
        "by_hand"
    } else {
        "annotated"
    };
    format!("{style}_{ways}")
}

/// The median of the seconds, and of the ratios within a round.
fn cell(own: &[f64], first: &[f64]) -> String {
    let ratios: Vec<_> = own
        .iter()
        .zip(first)
        .map(|(own, first)| own / first)
        .collect();
    let (low, high) = (
        ratios.iter().copied().fold(f64::INFINITY, f64::min),
        ratios.iter().copied().fold(0.0, f64::max),
    );
    format!(
        "{:>10.1} {:.2} ({low:.2}-{high:.2})",
        median(own.to_vec()),
        median(ratios)
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
