//! The options of `#[retry_on_error]` as they are written. What they mean together is the model's
//! business.
//!
//! A new option: a row in `KNOWN`, a field, an arm, a row in `docs/retry_on_error.md`; the model
//! then fails to compile until it has considered the field.

use proc_macro2::{Ident, TokenStream};
use syn::{ExprPath, LitStr, Path};

use crate::{
    diagnostics::Diagnostics,
    duration,
    options::{Hints, Known, read_each},
};

pub(crate) const KNOWN: &[Known] = &[
    Known {
        key: "attempts",
        example: "attempts = 5",
    },
    Known {
        key: "min_delay",
        example: "min_delay = \"50ms\"",
    },
    Known {
        key: "max_delay",
        example: "max_delay = \"2s\"",
    },
    Known {
        key: "max_elapsed",
        example: "max_elapsed = \"30s\"",
    },
    Known {
        key: "when",
        example: "when = is_busy",
    },
    Known {
        key: "idempotent",
        example: "idempotent",
    },
    Known {
        key: "exactly_once",
        example: "exactly_once",
    },
    Known {
        key: "crate",
        example: "crate = crate::reexported::sqlx_transactional",
    },
];

/// The delays where they are not written: nanoseconds, and as one would write them. The runtime has
/// the same.
pub(crate) const MIN_DELAY: (u64, &str) = (10_000_000, "10ms");
pub(crate) const MAX_DELAY: (u64, &str) = (1_000_000_000, "1s");

const HINTS: Hints = &[
    (
        &[
            "retries",
            "max_retries",
            "max_attempts",
            "tries",
            "times",
            "count",
        ],
        "write `attempts = 5`; the first is one of them",
    ),
    (
        &["delay", "initial_delay", "base_delay", "interval"],
        "write `min_delay = \"50ms\"`; it doubles up to `max_delay`",
    ),
    (
        &["backoff", "factor", "jitter"],
        "the delay doubles from `min_delay` to `max_delay`, of which each attempt waits a random part",
    ),
    (
        &["if", "on", "retry_if", "retry_on", "condition", "filter"],
        "write `when = is_busy`, with a `fn is_busy(error: &Error) -> bool`",
    ),
    (
        &["timeout"],
        "write `max_elapsed = \"30s\"` for all attempts together, or `#[transactional(timeout = \"2s\")]` for each",
    ),
    (
        &[
            "from",
            "nested",
            "requires_new",
            "lock_timeout",
            "commit_on",
            "name",
        ],
        "it is an option of `#[transactional]`",
    ),
];

#[derive(Default)]
pub(crate) struct Args {
    pub(crate) attempts: Option<u32>,
    pub(crate) min_delay: Option<Delay>,
    pub(crate) max_delay: Option<Delay>,
    /// Nanoseconds.
    pub(crate) max_elapsed: Option<u64>,
    /// Which errors are retried too: a function of the error.
    pub(crate) when: Option<ExprPath>,
    /// The key, where it was written.
    pub(crate) idempotent: Option<Ident>,
    /// The key, where it was written.
    pub(crate) exactly_once: Option<Ident>,
    pub(crate) runtime: Option<Runtime>,
}

pub(crate) struct Delay {
    pub(crate) nanoseconds: u64,
    pub(crate) written: LitStr,
}

/// `crate = PATH`
pub(crate) struct Runtime {
    pub(crate) key: Ident,
    pub(crate) path: Path,
}

impl Args {
    pub(crate) fn parse(options: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        read_each(options, KNOWN, HINTS, diagnostics, |option| {
            match option.known.key {
                "attempts" => args.attempts = Some(option.count()?),
                "min_delay" => {
                    args.min_delay = Some(delay("min_delay", option.string()?, MIN_DELAY.1)?)
                }
                "max_delay" => {
                    args.max_delay = Some(delay("max_delay", option.string()?, MAX_DELAY.1)?)
                }
                "max_elapsed" => {
                    args.max_elapsed = Some(duration::nanoseconds(
                        "max_elapsed",
                        &option.string()?,
                        "no limit",
                    )?)
                }
                "when" => args.when = Some(option.function()?),
                "idempotent" => args.idempotent = Some(option.flag()?),
                "exactly_once" => args.exactly_once = Some(option.flag()?),
                "crate" => {
                    args.runtime = Some(Runtime {
                        key: option.key.clone(),
                        path: option.path()?,
                    })
                }
                _ => return Err(option.unknown()),
            }
            Ok(())
        });
        args
    }
}

fn delay(key: &str, written: LitStr, default: &str) -> syn::Result<Delay> {
    Ok(Delay {
        nanoseconds: duration::nanoseconds(key, &written, default)?,
        written,
    })
}
