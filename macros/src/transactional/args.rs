//! The options of `#[transactional]`, parsed one by one. The rules about several options together
//! are in `option_rules`.
//!
//! A new option is a row in `KNOWN`, a field of [`Args`], an arm in [`Args::parse`] and a row in
//! `docs/transactional.md`. The model does not compile until it reads the field.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, ExprPath, LitStr, Pat, Path};

use crate::{
    diagnostics::Diagnostics,
    options::{Hints, Known, read_each},
};

pub(crate) const KNOWN: &[Known] = &[
    Known {
        key: "nested",
        example: "nested",
    },
    Known {
        key: "requires_new",
        example: "requires_new",
    },
    Known {
        key: "from",
        example: "from = &self.db",
    },
    Known {
        key: "timeout",
        example: "timeout = \"2s\"",
    },
    Known {
        key: "lock_timeout",
        example: "lock_timeout = \"1s\"",
    },
    Known {
        key: "deferrable",
        example: "deferrable",
    },
    Known {
        key: "durability",
        example: "durability = relaxed",
    },
    Known {
        key: "commit_on",
        example: "commit_on(BankError::WrongPassword { .. })",
    },
    Known {
        key: "map_err",
        example: "map_err = to_status",
    },
    Known {
        key: "name",
        example: "name = \"transfer\"",
    },
    Known {
        key: "crate",
        example: "crate = crate::reexported::sqlx_transactional",
    },
];

const HINTS: Hints = &[
    (
        &["isolation", "isolation_level", "serializable"],
        "the isolation level is in the type of the session: `session: &mut Session<Postgres, Serializable>`",
    ),
    (
        &["read_only", "readonly"],
        "it is in the type of the session: `session: &mut Session<Postgres, ReadOnly>`",
    ),
    (
        &["pool"],
        "callers pass the pool in the session's place; or write `from = &pool` to take it from the other arguments",
    ),
    (
        &["db"],
        "callers pass the `Db` in the session's place; or write `from = &db` to take it from the other arguments",
    ),
    (&["savepoint"], "write `nested`"),
    (
        &["propagation", "required", "mandatory"],
        "callers decide: a pool begins, a session is joined. `nested` is a savepoint, `requires_new` always begins; a plain function always joins",
    ),
    (
        &[
            "rollback_on",
            "rollback_for",
            "no_rollback_for",
            "no_rollback_on",
        ],
        "every `Err` rolls back; those that are to commit are named by `commit_on(BankError::WrongPassword { .. })`",
    ),
    (
        &[
            "retry",
            "retries",
            "attempts",
            "max_retries",
            "max_attempts",
        ],
        "write `#[retry_on_error(attempts = 5)]` above `#[transactional]`",
    ),
    (
        &[
            "min_delay",
            "max_delay",
            "max_elapsed",
            "when",
            "idempotent",
            "exactly_once",
        ],
        "it is an option of `#[retry_on_error]`, which is written above `#[transactional]`",
    ),
];

/// The options that BEGIN sends: a function with one of them always begins a transaction.
const BEGIN_OPTIONS: [&str; 3] = ["lock_timeout", "deferrable", "durability"];

#[derive(Default)]
pub(crate) struct Args {
    /// All keys in their order, also those with a wrong value: such an option still contradicts
    /// others.
    pub(crate) written: Vec<Ident>,
    /// The key, if the option is written.
    pub(crate) requires_new: Option<Ident>,
    pub(crate) nested: bool,
    /// The pool or `Db` that the session is made from. Without tokens where the value is wrong, as
    /// the signature that callers see has no session in any case.
    pub(crate) from: Option<Expr>,
    /// Nanoseconds.
    pub(crate) timeout: Option<u64>,
    /// Nanoseconds.
    pub(crate) lock_timeout: Option<u64>,
    /// The key, if the option is written.
    pub(crate) deferrable: Option<Ident>,
    /// The key of `durability = relaxed`.
    pub(crate) relaxed: Option<Ident>,
    /// The errors that commit.
    pub(crate) commit_on: Option<Pat>,
    /// The function that makes the return type's error of a `sqlx::Error`.
    pub(crate) map_err: Option<ExprPath>,
    pub(crate) name: Option<LitStr>,
    pub(crate) runtime: Option<Path>,
}

impl Args {
    pub(crate) fn parse(options: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        read_each(options, KNOWN, HINTS, diagnostics, |option| {
            args.written.push(option.key.clone());
            match option.known.key {
                "nested" => args.nested = option.flag().map(|_| true)?,
                "requires_new" => args.requires_new = Some(option.flag()?),
                "from" => {
                    args.from = Some(Expr::Verbatim(TokenStream::new()));
                    args.from = Some(option.expression()?);
                }
                "timeout" => args.timeout = Some(option.duration("no limit")?),
                "lock_timeout" => args.lock_timeout = Some(option.duration("no limit")?),
                "deferrable" => {
                    args.deferrable = Some(option.key.clone());
                    option.flag()?;
                }
                "durability" => {
                    option.word(&["relaxed"])?;
                    args.relaxed = Some(option.key.clone());
                }
                "commit_on" => args.commit_on = Some(option.pattern()?),
                "map_err" => args.map_err = Some(option.function()?),
                "name" => args.name = Some(option.string()?),
                "crate" => args.runtime = Some(option.path()?),
                _ => return Err(option.unknown()),
            }
            Ok(())
        });
        args
    }
}

pub(crate) fn is_begin_option(key: &Ident) -> bool {
    BEGIN_OPTIONS.iter().any(|option| key == option)
}
