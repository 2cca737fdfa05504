//! The options of `#[sqlx_transactional::test]`, parsed one by one. The rules about several options
//! together are in the model.
//!
//! A new option is a row in `KNOWN`, a field of [`Args`], an arm in [`Args::parse`] and a row in
//! `docs/test.md`. The model does not compile until it reads the field.

use proc_macro2::{Ident, TokenStream};
use syn::{LitStr, Path};

use crate::{
    diagnostics::{Diagnostics, Message},
    options::{Entry, Hints, Known, read_each},
};

pub(crate) const KNOWN: &[Known] = &[
    Known {
        key: "migrations",
        example: "migrations = \"db/migrations\"",
    },
    Known {
        key: "migrator",
        example: "migrator = crate::MIGRATOR",
    },
    Known {
        key: "fixtures",
        example: "fixtures(\"users\", \"posts\")",
    },
    Known {
        key: "isolation",
        example: "isolation = serializable",
    },
    Known {
        key: "clone",
        example: "clone",
    },
    Known {
        key: "flavor",
        example: "flavor = \"multi_thread\"",
    },
    Known {
        key: "crate",
        example: "crate = crate::reexported::sqlx_transactional",
    },
];

/// The values of `isolation`, and for each the mode of the runtime that has this isolation level.
pub(super) const LEVELS: [(&str, &str); 3] = [
    ("serializable", "Serializable"),
    ("repeatable_read", "RepeatableRead"),
    ("read_committed", "ReadCommitted"),
];

const HINTS: Hints = &[
    (
        &["fixture", "scripts", "seed", "seeds"],
        "write `fixtures(\"users\")` for `fixtures/users.sql`, beside this file",
    ),
    (
        &["path", "dir", "directory", "migration"],
        "write `migrations = \"db/migrations\"`, seen from Cargo.toml",
    ),
    (
        &["template", "database", "isolated", "no_sandbox"],
        "write `clone`: the test has a database of its own, which is dropped afterwards",
    ),
    (
        &["url", "database_url", "env"],
        "the database is that of `DATABASE_URL`, or of `DB_HOST`, `DB_NAME` and so on",
    ),
    (
        &["worker_threads", "start_paused"],
        "write `flavor = \"multi_thread\"` for several threads; tokio's other options are not offered",
    ),
    (
        &["level", "isolation_level"],
        "write `isolation = serializable`",
    ),
    (
        &[
            "timeout",
            "from",
            "nested",
            "requires_new",
            "lock_timeout",
            "name",
        ],
        "it is an option of `#[transactional]`",
    ),
    (
        &["should_panic", "ignore"],
        "it is an attribute of its own: write it below this one",
    ),
];

#[derive(Default)]
pub(crate) struct Args {
    pub(super) migrations: Option<Migrations>,
    pub(super) migrator: Option<Migrator>,
    pub(super) fixtures: Vec<LitStr>,
    /// The key, and the mode with that isolation level.
    pub(super) isolation: Option<(Ident, &'static str)>,
    /// The key, if the option is written.
    pub(super) clone: Option<Ident>,
    pub(super) multi_thread: bool,
    pub(super) runtime: Option<Path>,
}

/// `migrations = "path"` or `migrations = false`
pub(super) struct Migrations {
    pub(super) key: Ident,
    /// `None` for `false`.
    pub(super) directory: Option<LitStr>,
}

/// `migrator = PATH`
pub(super) struct Migrator {
    pub(super) key: Ident,
    pub(super) path: Path,
}

impl Args {
    pub(crate) fn parse(options: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        read_each(options, KNOWN, HINTS, diagnostics, |option| {
            match option.known.key {
                "migrations" => args.migrations = Some(migrations(option)?),
                "migrator" => args.migrator = Some(migrator(option)?),
                "fixtures" => args.fixtures = option.strings()?,
                "isolation" => args.isolation = Some(isolation(option)?),
                "clone" => args.clone = Some(option.flag()?),
                "flavor" => args.multi_thread = is_multi_thread(&option.string()?)?,
                "crate" => args.runtime = Some(option.path()?),
                _ => return Err(option.unknown()),
            }
            Ok(())
        });
        args
    }
}

fn migrations(option: &Entry<'_>) -> syn::Result<Migrations> {
    Ok(Migrations {
        key: option.key.clone(),
        directory: option.string_or_false()?,
    })
}

fn migrator(option: &Entry<'_>) -> syn::Result<Migrator> {
    Ok(Migrator {
        key: option.key.clone(),
        path: option.of_static()?.path,
    })
}

fn isolation(option: &Entry<'_>) -> syn::Result<(Ident, &'static str)> {
    let word = option.word(&LEVELS.map(|(word, _)| word))?;
    let (_, mode) = LEVELS
        .iter()
        .find(|(known, _)| word == known)
        .ok_or_else(|| option.unknown())?;
    Ok((option.key.clone(), mode))
}

fn is_multi_thread(flavor: &LitStr) -> syn::Result<bool> {
    match flavor.value().as_str() {
        "multi_thread" => Ok(true),
        "current_thread" => Ok(false),
        other => Err(Message::new(format_args!("unknown flavor \"{other}\""))
            .help("write `flavor = \"multi_thread\"`, or nothing for one thread")
            .at(flavor)),
    }
}
