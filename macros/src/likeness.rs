//! What the type of a parameter looks like: one of our sessions, or what holds a connection without
//! us. Types are not resolved, so this is by their names.

use syn::{GenericArgument, PathArguments, PathSegment, Type, TypeParamBound};

use crate::{
    diagnostics::as_typed,
    return_type::{last_segment, plain, type_arguments},
};

/// What a parameter looks like, the likeliest session first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
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

pub(crate) fn likeness(ty: &Type) -> Option<Likeness> {
    let is_mut = matches!(plain(ty), Type::Reference(reference) if reference.mutability.is_some());
    let segment = last_segment(referent(ty))?;
    if segment.ident != "Session" {
        return None;
    }
    Some(
        match (is_mut, matches!(segment.arguments, PathArguments::None)) {
            (true, false) => Likeness::Session,
            (true, true) => Likeness::Bare,
            (false, false) => Likeness::NotMut,
            (false, true) => Likeness::BareNotMut,
        },
    )
}

/// What holds a connection of sqlx, or can get one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Pool,
    Connection,
    Transaction,
}

/// What holds a connection without us, and the name of its database: what a function takes that
/// nobody has rewritten for sessions yet.
pub(crate) fn holder(ty: &Type) -> Option<(Holder, String)> {
    let segment = last_segment(referent(ty))?;
    let name = segment.ident.to_string();
    if let Some(database) = type_arguments(segment).next() {
        let holder = match name.as_str() {
            "Pool" | "Db" => Holder::Pool,
            "PoolConnection" => Holder::Connection,
            "Transaction" if has_lifetime(segment) => Holder::Transaction,
            _ => return None,
        };
        return Some((holder, as_typed(database)));
    }
    let holders = [
        ("Pool", Holder::Pool),
        ("Transaction", Holder::Transaction),
        ("Connection", Holder::Connection),
    ];
    let (database, holder) = holders
        .iter()
        .find_map(|(suffix, holder)| Some((name.strip_suffix(suffix)?, *holder)))?;
    [("Pg", "Postgres"), ("MySql", "MySql"), ("Sqlite", "Sqlite")]
        .iter()
        .find_map(|(prefix, name)| (*prefix == database).then(|| (holder, (*name).to_owned())))
}

/// The database of what a function takes in a session's place: something that holds a connection,
/// that can get one, or that is around a session.
pub(crate) fn database_of(ty: &Type) -> Option<String> {
    if let Some((_, database)) = holder(ty) {
        return Some(database);
    }
    match referent(ty) {
        Type::ImplTrait(ty) => ty.bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Trait(bound) => {
                let segment =
                    bound.path.segments.last().filter(|segment| {
                        RUNS_STATEMENTS.iter().any(|name| segment.ident == name)
                    })?;
                type_arguments(segment).next().map(as_typed)
            }
            _ => None,
        }),
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

pub(crate) fn names_a_lifetime(ty: &Type) -> bool {
    last_segment(referent(ty)).is_some_and(has_lifetime)
}

/// sqlx's has one; a `Transaction<Euro>` is somebody's own.
fn has_lifetime(segment: &PathSegment) -> bool {
    matches!(&segment.arguments, PathArguments::AngleBracketed(arguments)
        if arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_))))
}

/// The type behind a reference.
pub(crate) fn referent(ty: &Type) -> &Type {
    match plain(ty) {
        Type::Reference(reference) => &reference.elem,
        other => other,
    }
}
