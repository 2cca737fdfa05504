//! The options of the command line.

use std::time::Duration;

const USAGE: &str = "tests/soak [--seconds N] [--seed S] [postgres|mysql|sqlite ..]";

/// The servers, how long to run on each of them, and the seed of the plan.
pub(crate) struct Options {
    pub(crate) time: Duration,
    pub(crate) seed: u64,
    pub(crate) servers: Vec<String>,
}

impl Options {
    /// Reads the options, and exits with an error if one is wrong.
    pub(crate) fn read() -> Self {
        Self::parse(std::env::args().skip(1)).unwrap_or_else(|wrong| {
            eprintln!("tests/soak: {wrong}\nusage: {USAGE}");
            std::process::exit(2);
        })
    }

    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut seconds, mut seed, mut servers) =
            (60, rand::random_range(0..1_000_000), Vec::new());
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let value = arguments
                    .next()
                    .ok_or(format!("`{argument}` needs a number"))?;
                value
                    .parse()
                    .map_err(|_| format!("`{value}` is not a number"))
            };
            match argument.as_str() {
                "--seconds" => seconds = number()?,
                "--seed" => seed = number()?,
                "postgres" | "mysql" | "sqlite" => servers.push(argument),
                _ => return Err(format!("`{argument}` is not known")),
            }
        }
        if servers.is_empty() {
            servers = ["postgres", "mysql", "sqlite"].map(str::to_owned).to_vec();
        }
        Ok(Self {
            time: Duration::from_secs(seconds),
            seed,
            servers,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn soak_options_say_what_is_wrong() {
        let parse = |line: &str| Options::parse(line.split_whitespace().map(str::to_owned));
        let options = parse("--seconds 7 mysql --seed 3").expect("it is right");
        assert_eq!(
            (options.time.as_secs(), options.seed, options.servers),
            (7, 3, vec!["mysql".to_owned()])
        );
        assert_eq!(parse("").expect("it is right").servers.len(), 3);
        for (line, wrong) in [
            ("oracle", "not known"),
            ("--seed", "needs a number"),
            ("--seconds x", "not a number"),
        ] {
            assert!(
                parse(line).is_err_and(|error| error.contains(wrong)),
                "{line}"
            );
        }
    }
}
