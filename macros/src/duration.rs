//! The durations that options take: a whole number and a unit, as in `"250ms"`, `"2s"` or `"1min"`.
//!
//! Sums and fractions are refused, so that a reader of the attribute does not have to calculate.

use syn::LitStr;

use crate::diagnostics::Message;

/// The units and their nanoseconds. `m` is accepted because users type it. Messages and pages write
/// `min`, which cannot be read as metres or months.
const UNITS: [(&str, u64); 4] = [
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("min", 60_000_000_000),
    ("m", 60_000_000_000),
];

/// The nanoseconds in `literal`, at least 1. `default` is what holds without the option `key`.
pub(crate) fn nanoseconds(key: &str, literal: &LitStr, default: &str) -> syn::Result<u64> {
    let written = literal.value();
    match parse(&written) {
        Some(0) => Err(Message::new(format_args!(
            "`{key} = \"{written}\"` leaves no time at all"
        ))
        .help(format_args!(
            "write a longer time, or leave `{key}` out for {default}"
        ))
        .at(literal)),
        Some(nanoseconds) => Ok(nanoseconds),
        None => Err(Message::new(format_args!("`{written}` is not a duration"))
            .help("write a whole number and a unit: \"250ms\", \"2s\" or \"1min\"")
            .at(literal)),
    }
}

fn parse(written: &str) -> Option<u64> {
    let digits = written.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = written.split_at(digits);
    let (_, nanoseconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn durations() {
        for (written, expected) in [
            ("250ms", Some(250_000_000)),
            ("2s", Some(2_000_000_000)),
            ("1min", Some(60_000_000_000)),
            ("1m", Some(60_000_000_000)),
            ("0s", Some(0)),
            ("", None),
            ("2", None),
            ("s", None),
            ("-2s", None),
            ("+2s", None),
            ("1.5s", None),
            ("2 s", None),
            ("1m 30s", None),
            ("2h", None),
            ("2us", None),
            ("2S", None),
            ("99999999999999999999s", None),
            ("99999999999999999s", None),
        ] {
            assert_eq!(parse(written), expected, "{written:?}");
        }
    }
}
