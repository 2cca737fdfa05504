//! The options of `#[transactional]` as they are written. What they mean together is the model's business.
//!
//! A new option: a row in `KNOWN`, a field, an arm, a row in docs/transactional.md; the model then fails to compile
//! until it has considered the field.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, LitStr, Path};

use crate::{
    diagnostics::Diagnostics,
    duration,
    options::{Known, read_each},
};

pub(crate) const KNOWN: &[Known] = &[
    Known { key: "requires_new", example: "requires_new" },
    Known { key: "from", example: "from = &self.db" },
    Known { key: "timeout", example: "timeout = \"2s\"" },
    Known { key: "name", example: "name = \"transfer\"" },
    Known { key: "crate", example: "crate = crate::reexported::sqlx_transactional" },
];

#[derive(Default)]
pub(crate) struct Args {
    /// The key, where it was written.
    pub(crate) requires_new: Option<Ident>,
    /// What the session is made from. Empty where that was wrong: callers do not pass the session nevertheless.
    pub(crate) from: Option<Expr>,
    /// Nanoseconds.
    pub(crate) timeout: Option<u64>,
    pub(crate) name: Option<LitStr>,
    pub(crate) runtime: Option<Path>,
}

impl Args {
    pub(crate) fn parse(options: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        read_each(options, KNOWN, diagnostics, |option| {
            match option.known.key {
                "requires_new" => args.requires_new = Some(option.flag()?),
                "from" => {
                    args.from = Some(Expr::Verbatim(TokenStream::new()));
                    args.from = Some(option.expression()?);
                }
                "timeout" => args.timeout = Some(duration::nanoseconds("timeout", &option.string()?)?),
                "name" => args.name = Some(option.string()?),
                "crate" => args.runtime = Some(option.path()?),
                _ => return Err(option.unknown()),
            }
            Ok(())
        });
        args
    }
}
