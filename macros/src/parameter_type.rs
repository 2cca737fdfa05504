//! What the type of a parameter is, judged by its name: a session, or another handle to a database.
//!
//! Macros cannot resolve types, so these are guesses. They serve to find the session among the
//! parameters and to explain mistakes; both are in `session`.

use syn::{GenericArgument, PathArguments, PathSegment, Type, TypeParamBound};

use crate::{
    diagnostics::as_typed,
    type_syntax::{last_segment, referent, type_arguments, ungroup},
};

/// A parameter that may be the session, the most likely form first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Candidate {
    /// `#[session] s: ..`
    Marked,
    /// `s: &mut Session<DB>`
    Session,
    /// `s: &mut Session`: an alias of that name, or another crate's session.
    Bare,
    /// `s: &Session<DB>`, `s: Session<DB>`
    NotMut,
    /// `s: &Session`, `s: Session`
    BareNotMut,
}

impl Candidate {
    /// The form of a parameter without `#[session]`; `None` is a parameter of another type.
    pub(crate) fn of(ty: &Type) -> Option<Self> {
        let is_mut =
            matches!(ungroup(ty), Type::Reference(reference) if reference.mutability.is_some());
        let segment = last_segment(referent(ty))?;
        if segment.ident != "Session" {
            return None;
        }
        let is_bare = matches!(segment.arguments, PathArguments::None);
        Some(match (is_mut, is_bare) {
            (true, false) => Self::Session,
            (true, true) => Self::Bare,
            (false, false) => Self::NotMut,
            (false, true) => Self::BareNotMut,
        })
    }
}

/// A handle to a database that is not a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handle {
    /// sqlx's `Pool`, or our `Db`.
    Pool,
    Connection,
    Transaction,
}

impl Handle {
    /// The handle that `ty` is or refers to, and the name of its database.
    pub(crate) fn of(ty: &Type) -> Option<(Self, String)> {
        let segment = last_segment(referent(ty))?;
        let Some(database) = type_arguments(segment).next() else {
            return Self::of_alias(&segment.ident.to_string());
        };
        let handle = match segment.ident.to_string().as_str() {
            "Pool" | "Db" => Self::Pool,
            "PoolConnection" => Self::Connection,
            "Transaction" if has_lifetime(segment) => Self::Transaction,
            _ => return None,
        };
        Some((handle, as_typed(database)))
    }

    /// The handle that sqlx's alias `name` stands for, such as `PgPool` or `SqliteTransaction`.
    fn of_alias(name: &str) -> Option<(Self, String)> {
        let handles = [
            ("Pool", Self::Pool),
            ("Transaction", Self::Transaction),
            ("Connection", Self::Connection),
        ];
        let (prefix, handle) = handles
            .iter()
            .find_map(|(suffix, handle)| Some((name.strip_suffix(suffix)?, *handle)))?;
        let databases = [("Pg", "Postgres"), ("MySql", "MySql"), ("Sqlite", "Sqlite")];
        databases
            .iter()
            .find_map(|(known, name)| (*known == prefix).then(|| (handle, (*name).to_owned())))
    }
}

/// The name of the database that a parameter of this type gives access to. The type is a
/// [`Handle`], an `impl Executor<..>` or the like, or has a handle or a session among its
/// arguments.
pub(crate) fn database_of(ty: &Type) -> Option<String> {
    if let Some((_, database)) = Handle::of(ty) {
        return Some(database);
    }
    match referent(ty) {
        Type::ImplTrait(ty) => ty.bounds.iter().find_map(database_of_bound),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(database_of),
        ty => {
            let segment = last_segment(ty)?;
            let mut types = type_arguments(segment);
            if segment.ident == "Session" {
                types.next().map(as_typed)
            } else {
                types.find_map(database_of)
            }
        }
    }
}

/// Traits of sqlx, and ours as callers see them: the first type that they name is the database.
const RUNS_STATEMENTS: [&str; 4] = ["Executor", "Acquire", "Source", "Begin"];

fn database_of_bound(bound: &TypeParamBound) -> Option<String> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    let segment = bound.path.segments.last()?;
    if !RUNS_STATEMENTS.iter().any(|name| segment.ident == name) {
        return None;
    }
    type_arguments(segment).next().map(as_typed)
}

/// Whether the type that `ty` is or refers to has a lifetime as an argument.
pub(crate) fn has_lifetime_argument(ty: &Type) -> bool {
    last_segment(referent(ty)).is_some_and(has_lifetime)
}

/// sqlx's `Transaction<'_, DB>` has a lifetime; a `Transaction<Euro>` is a type of the user's.
fn has_lifetime(segment: &PathSegment) -> bool {
    matches!(&segment.arguments, PathArguments::AngleBracketed(arguments)
        if arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_))))
}
