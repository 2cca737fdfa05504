//! pgbench with its own retries (`--max-tries`, PostgreSQL 15 or later). It retries at once, on the
//! same connection, up to 1,000 times.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    Error,
    rows::FIRST,
    turn::{Call, Turn},
};

const MISSING: &str = "pgbench, to which the others are compared, is neither in /usr/lib/postgresql/*/bin nor in PATH. It comes with \
    PostgreSQL 15 or later: `apt-get install postgresql` on Debian and Ubuntu, `postgresql-contrib` on Fedora; elsewhere, add its \
    directory to PATH. `--only load` does without it";

/// Finds pgbench: in the directory of the newest server, which `tests/run` starts, or in PATH.
pub(crate) fn find() -> Result<PathBuf, Error> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    let in_path = env::var_os("PATH").unwrap_or_default();
    let directories = versions
        .into_iter()
        .map(|(_, directory)| directory)
        .chain(env::split_paths(&in_path));
    directories
        .map(|directory| directory.join("pgbench"))
        .find(|file| file.is_file())
        .ok_or_else(|| MISSING.into())
}

/// Runs one turn on the database of `url`, with one client for each worker.
pub(crate) async fn turn(
    pgbench: &Path,
    url: &str,
    workers: u32,
    seconds: u32,
) -> Result<Turn, Error> {
    let directory = TempDir::new()?;
    let script = directory.path().join("script.sql");
    fs::write(&script, self::script())?;
    let mut command = Command::new(pgbench);
    command.args([
        "--no-vacuum",
        "--protocol=prepared",
        "--max-tries=1000",
        "--jobs=2",
        "--log",
    ]);
    command.args([format!("--client={workers}"), format!("--time={seconds}")]);
    command
        .arg("--log-prefix")
        .arg(directory.path().join("log"))
        .arg("--file")
        .arg(&script)
        .arg(url);
    let output = command.output().await?;
    if !output.status.success() {
        return Err(format!(
            "{}: {}",
            pgbench.display(),
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let mut calls = Vec::new();
    for entry in fs::read_dir(&directory)? {
        let file = entry?.path();
        if file != script {
            let log = fs::read_to_string(file)?;
            calls.extend(log.lines().filter_map(call));
        }
    }
    let summary = String::from_utf8(output.stdout)?;
    let (rate, processed) = (rate(&summary), processed(&summary));
    match rate {
        Some(rate) if processed == Some(calls.len()) => Ok(Turn { rate, calls }),
        _ => Err(format!(
            "cannot read the summary of pgbench, which logged {} calls:\n{summary}",
            calls.len()
        )
        .into()),
    }
}

fn script() -> String {
    let (low, high) = FIRST.into_inner();
    format!(
        "\\set first random({low}, {high})\n\\set second :first + 1\nBEGIN ISOLATION LEVEL SERIALIZABLE;\n\
         UPDATE hot SET n = n + 1 WHERE id = :first;\nUPDATE hot SET n = n + 1 WHERE id = :second;\nCOMMIT;\n"
    )
}

/// `tps = 5770.499231 (without initial connection time)`
fn rate(summary: &str) -> Option<f64> {
    summary
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
}

/// How many transactions pgbench has ended and logged. Those that it was still retrying at the end
/// of the turn are in neither figure.
fn processed(summary: &str) -> Option<usize> {
    let count = |name: &str| {
        summary.lines().find_map(|line| {
            line.strip_prefix(name)?
                .trim()
                .split(' ')
                .next()?
                .parse::<usize>()
                .ok()
        })
    };
    Some(
        count("number of transactions actually processed:")?
            + count("number of failed transactions:")?,
    )
}

/// A line of its log: client, number, microseconds or `failed`, script, seconds, microseconds,
/// retries.
fn call(line: &str) -> Option<Call> {
    let mut fields = line.split_ascii_whitespace();
    let took = fields.nth(2)?.parse().ok().map(Duration::from_micros);
    let retries: u32 = fields.nth(3)?.parse().ok()?;
    Some(Call {
        attempts: 1 + retries,
        committed: took.is_some(),
        took: took.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "number of clients: 64
number of transactions actually processed: 2204
number of failed transactions: 3 (0.136%)
number of transactions retried: 1355 (61.479%)
latency average = 58.040 ms
tps = 1102.500000 (without initial connection time)
";

    #[test]
    fn reads_the_summary() {
        assert_eq!(rate(SUMMARY), Some(1102.5));
        assert_eq!(processed(SUMMARY), Some(2207));
        assert_eq!(
            processed("number of transactions actually processed: 2204"),
            None
        );
    }

    #[test]
    fn reads_the_log() {
        let read = |line| call(line).map(|call| (call.attempts, call.committed, call.took));
        assert_eq!(
            read("0 199 2241 0 1175850568 995598 2"),
            Some((3, true, Duration::from_micros(2241)))
        );
        assert_eq!(
            read("0 201 failed 0 1175850569 608 9"),
            Some((10, false, Duration::ZERO))
        );
        assert_eq!(read("0 199 2241 0 1175850568 995598"), None);
    }
}
