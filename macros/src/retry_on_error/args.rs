//! The options of `#[retry_on_error]`, parsed one by one. The rules about several options together
//! are in the model.
//!
//! A new option is a row in `KNOWN`, a field of [`Args`], an arm in [`Args::parse`] and a row in
//! `docs/retry_on_error.md`. The model does not compile until it reads the field.

use proc_macro2::{Ident, TokenStream};
use syn::{ExprPath, LitStr, Path};

use crate::{
    diagnostics::Diagnostics,
    duration,
    options::{Entry, Hints, Known, read_each},
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

/// The default delays, in nanoseconds and as the option's value. The runtime has the same defaults.
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
    /// The function that says which other errors are retried.
    pub(crate) when: Option<ExprPath>,
    /// The key, if the option is written.
    pub(crate) idempotent: Option<Ident>,
    /// The key, if the option is written.
    pub(crate) exactly_once: Option<Ident>,
    pub(crate) runtime: Option<Runtime>,
}

pub(crate) struct Delay {
    pub(crate) nanoseconds: u64,
    /// The value as written, for messages.
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
                "min_delay" => args.min_delay = Some(delay(option, MIN_DELAY.1)?),
                "max_delay" => args.max_delay = Some(delay(option, MAX_DELAY.1)?),
                "max_elapsed" => args.max_elapsed = Some(option.duration("no limit")?),
                "when" => args.when = Some(option.function()?),
                "idempotent" => args.idempotent = Some(option.flag()?),
                "exactly_once" => args.exactly_once = Some(option.flag()?),
                "crate" => args.runtime = Some(runtime(option)?),
                _ => return Err(option.unknown()),
            }
            Ok(())
        });
        args
    }
}

fn delay(option: &Entry<'_>, default: &str) -> syn::Result<Delay> {
    let written = option.string()?;
    Ok(Delay {
        nanoseconds: duration::nanoseconds(option.known.key, &written, default)?,
        written,
    })
}

fn runtime(option: &Entry<'_>) -> syn::Result<Runtime> {
    Ok(Runtime {
        key: option.key.clone(),
        path: option.path()?,
    })
}
