//! The parameter that is the session: which one it is, what its type says about database and mode,
//! and what the body calls it.
//!
//! Rules that only `#[transactional]` has about the session are in `transactional::session_rules`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{
    Attribute, FnArg, Generics, Pat, PatType, ReceiverKind, Signature, Type, TypeParam,
    TypeReference, parse_quote, spanned::Spanned as _,
};

use crate::{
    diagnostics::{Diagnostics, Message, as_typed},
    function::is_called,
    parameter_type::{Candidate, Handle, database_of, has_lifetime_argument},
    runtime_path::RuntimePath,
    signature::typed_parameters,
    spans::mixed_site_at,
    type_syntax::{last_segment, referent, type_arguments, ungroup},
};

pub(crate) struct SessionParameter {
    /// Its index among the parameters.
    pub(crate) index: usize,
    /// The pattern as written, with its `mut`. The expansion binds the body's session to it.
    pub(crate) pattern: Pat,
    /// The name that the expansion gives to the parameter and to the session that it owns.
    pub(crate) name: Ident,
    /// `&mut Session<..>`, with the lifetime that is written.
    pub(crate) reference: TypeReference,
    kind: Kind,
}

/// How the database and the mode are known.
enum Kind {
    /// `Session<DB>`, `Session<DB, Mode>`
    Written(Box<Parts>),
    /// An alias of `Session`. Only the compiler knows its database and mode.
    Alias,
    /// A type that cannot be a session's, which has been reported.
    Wrong,
}

struct Parts {
    database: Type,
    mode: Option<Type>,
}

impl Kind {
    fn of(session: &Type) -> Self {
        let Some(segment) = last_segment(session).filter(|segment| segment.ident == "Session")
        else {
            return Self::Alias;
        };
        let mut types = type_arguments(segment).cloned();
        types.next().map_or(Self::Alias, |database| {
            let mode = types.next();
            Self::Written(Box::new(Parts { database, mode }))
        })
    }
}

impl SessionParameter {
    pub(crate) fn database(&self, runtime: &RuntimePath) -> TokenStream {
        match &self.kind {
            Kind::Written(parts) => parts.database.to_token_stream(),
            Kind::Alias | Kind::Wrong => self.part(runtime, "Database"),
        }
    }

    pub(crate) fn mode(&self, runtime: &RuntimePath) -> TokenStream {
        match &self.kind {
            Kind::Written(parts) => parts
                .mode
                .as_ref()
                .map_or_else(|| self.default_mode(runtime), ToTokens::to_token_stream),
            Kind::Alias | Kind::Wrong => self.part(runtime, "Mode"),
        }
    }

    /// The mode, if it is written.
    pub(crate) fn written_mode(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Written(parts) => parts.mode.as_ref(),
            Kind::Alias | Kind::Wrong => None,
        }
    }

    /// Whether the type has been reported. Code that mentions it would be reported once more.
    pub(crate) const fn is_wrong(&self) -> bool {
        matches!(self.kind, Kind::Wrong)
    }

    /// The database, if it is written without a mode: `Session<DB>`.
    pub(crate) fn database_alone(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Written(parts) if parts.mode.is_none() => Some(&parts.database),
            Kind::Written(_) | Kind::Alias | Kind::Wrong => None,
        }
    }

    fn default_mode(&self, runtime: &RuntimePath) -> TokenStream {
        let span = mixed_site_at(self.reference.span());
        let runtime = runtime.at(span);
        quote_spanned!(span=> #runtime::ReadWrite)
    }

    fn part(&self, runtime: &RuntimePath, part: &str) -> TokenStream {
        let alias = &self.reference.elem;
        let span = mixed_site_at(alias.span());
        let (private, part) = (runtime.private(span), Ident::new(part, span));
        quote_spanned!(span=> <#alias as #private::Parts>::#part)
    }
}

/// Finds the session, or reports why there is none. Takes `#[session]` off the parameters in any
/// case.
pub(crate) fn find(
    signature: &mut Signature,
    diagnostics: &mut Diagnostics,
) -> Option<SessionParameter> {
    let on_self = session_as_self(signature);
    let marks = take_marks(signature);
    if let Some(error) = on_self {
        diagnostics.push(error);
        return None;
    }
    let found = candidates(signature, &marks);
    let Some(&(form, index, parameter)) = found.first() else {
        diagnostics.push(missing(signature));
        return None;
    };
    if let Some((_, _, second)) = found.get(1).filter(|second| second.0 == form) {
        diagnostics.report(&second.ty, two_sessions());
    }
    if form == Candidate::BareNotMut {
        diagnostics.push(not_mut(parameter));
        return None;
    }
    Some(read(index, parameter, &signature.generics, diagnostics))
}

/// The index and the type of the parameter that [`find`] would find, without a report of what is
/// wrong with it. `#[session]` has been taken off the parameters.
pub(crate) fn locate(signature: &Signature) -> Option<(usize, TypeReference)> {
    if session_as_self(signature).is_some() {
        return None;
    }
    let (form, index, parameter) = *candidates(signature, &[]).first()?;
    (form != Candidate::BareNotMut).then(|| (index, as_mut_reference(&parameter.ty)))
}

/// The parameters that may be the session, the most likely one first.
fn candidates<'a>(
    signature: &'a Signature,
    marks: &[usize],
) -> Vec<(Candidate, usize, &'a PatType)> {
    let mut found: Vec<_> = typed_parameters(signature)
        .filter_map(|(index, parameter)| {
            let form = if marks.contains(&index) {
                Candidate::Marked
            } else {
                Candidate::of(&parameter.ty)?
            };
            Some((form, index, parameter))
        })
        .collect();
    found.sort_by_key(|(form, index, _)| (*form, *index));
    found
}

/// Takes `#[session]` off the parameters, and returns the indices of those that had it.
pub(crate) fn take_marks(signature: &mut Signature) -> Vec<usize> {
    let mut marked = Vec::new();
    for (index, argument) in signature.inputs.iter_mut().enumerate() {
        let attributes = attributes_mut(argument);
        let before = attributes.len();
        attributes.retain(|attribute| !is_called(attribute, "session"));
        if attributes.len() != before {
            marked.push(index);
        }
    }
    marked
}

fn attributes_mut(argument: &mut FnArg) -> &mut Vec<Attribute> {
    match argument {
        FnArg::Receiver(receiver) => &mut receiver.attrs,
        FnArg::Typed(parameter) => &mut parameter.attrs,
    }
}

/// Reads the parameter as the session. A mistake in it is reported, and read as what the user
/// probably meant.
fn read(
    index: usize,
    parameter: &PatType,
    generics: &Generics,
    diagnostics: &mut Diagnostics,
) -> SessionParameter {
    if mut_reference(&parameter.ty).is_none() {
        diagnostics.push(not_mut(parameter));
    }
    let reference = as_mut_reference(&parameter.ty);
    let mut kind = Kind::of(&reference.elem);
    if let Some(error) = wrong_type(parameter, &kind, generics) {
        diagnostics.push(error);
        kind = Kind::Wrong;
    }
    let (mut pattern, name) = ((*parameter.pat).clone(), name(&parameter.pat, diagnostics));
    if let Pat::Ident(pattern) = &mut pattern {
        pattern.by_ref = None;
    }
    SessionParameter {
        index,
        pattern,
        name,
        reference,
        kind,
    }
}

fn mut_reference(ty: &Type) -> Option<&TypeReference> {
    match ungroup(ty) {
        Type::Reference(reference) if reference.mutability.is_some() => Some(reference),
        _ => None,
    }
}

/// The type, as a `&mut` to what it refers to or is.
fn as_mut_reference(ty: &Type) -> TypeReference {
    mut_reference(ty).cloned().unwrap_or_else(|| {
        let referent = referent(ty);
        parse_quote!(&mut #referent)
    })
}

/// Finds a type that cannot be a session's, as far as names tell. It has to be replaced in the
/// expansion, because the compiler would report it at every place that mentions it.
fn wrong_type(parameter: &PatType, kind: &Kind, generics: &Generics) -> Option<syn::Error> {
    let Kind::Written(parts) = kind else {
        return handle_marked_as_session(&parameter.ty);
    };
    handle_as_database(&parts.database)
        .or_else(|| type_parameter_without_bound(&parts.database, generics))
}

fn handle_marked_as_session(ty: &Type) -> Option<syn::Error> {
    // Without a lifetime, `PgTransaction` is not sqlx's, and may well be an alias of a session.
    let (handle, database) = Handle::of(ty)
        .filter(|(handle, _)| *handle != Handle::Transaction || has_lifetime_argument(ty))?;
    let message = Message::new(format_args!(
        "`{}` is no session, but {}",
        as_typed(referent(ty)),
        in_words(handle)
    ))
    .note("`#[session]` marks a parameter whose type is an alias of `Session`")
    .help(format_args!("write `&mut Session<{database}>`"));
    Some(message.at(ty))
}

fn handle_as_database(database: &Type) -> Option<syn::Error> {
    let (handle, name) = Handle::of(database)?;
    let message = Message::new(format_args!(
        "`{}` is no database, but {}",
        as_typed(database),
        in_words(handle)
    ))
    .help(format_args!("write `Session<{name}>`"));
    Some(message.at(database))
}

fn type_parameter_without_bound(database: &Type, generics: &Generics) -> Option<syn::Error> {
    let is_it = |parameter: &&TypeParam| matches!(ungroup(database), Type::Path(path) if path.path.is_ident(&parameter.ident));
    let unbounded = generics
        .type_params()
        .find(is_it)
        .filter(|parameter| parameter.bounds.is_empty() && generics.where_clause.is_none())?;
    let name = &unbounded.ident;
    let message = Message::new(format_args!(
        "`{name}` can be any type, and a session needs a database"
    ))
    .help(format_args!(
        "write `{name}: Driver`, with `use sqlx_transactional::Driver`"
    ));
    Some(message.at(unbounded))
}

fn in_words(handle: Handle) -> &'static str {
    match handle {
        Handle::Pool => "a pool",
        Handle::Connection => "a connection",
        Handle::Transaction => "a transaction",
    }
}

/// The user's name for the session, which rustc mentions where the session tries to escape. A name
/// that starts with `_` is used in the body only, because clippy reports uses of it.
fn name(pattern: &Pat, diagnostics: &mut Diagnostics) -> Ident {
    match pattern {
        Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
            if !pattern.ident.to_string().starts_with('_') {
                return pattern.ident.clone();
            }
        }
        Pat::Wild(_) => {}
        other => diagnostics.report(
            other,
            Message::new("the session needs a plain name")
                .help("write `session: &mut Session<..>`, and take it apart in the body"),
        ),
    }
    Ident::new("session", mixed_site_at(pattern.span()))
}

fn missing(signature: &Signature) -> syn::Error {
    let message = Message::new("the session argument is missing")
        .note("`#[transactional]` gives the body a session through an argument");
    match typed_parameters(signature).find_map(|(_, parameter)| Some((parameter, database_of(&parameter.ty)?))) {
        Some((parameter, database)) => message
            .help(format_args!(
                "write `session: &mut Session<{database}>` in place of `{}`; callers can pass a pool for it",
                as_typed(parameter)
            ))
            .at(parameter),
        None => message.help("add `session: &mut Session<Postgres>`, or mark an alias of it with `#[session]`").at(&signature.ident),
    }
}

fn two_sessions() -> Message {
    Message::new("a second session")
        .note("one function runs in one transaction")
        .help("remove one of them; if only one is ours, write `#[session]` before it")
}

fn not_mut(parameter: &PatType) -> syn::Error {
    let ty = ungroup(&parameter.ty);
    let name = match &*parameter.pat {
        Pat::Ident(pattern) => pattern.ident.to_string(),
        _ => "session".to_owned(),
    };
    let referent = as_typed(referent(ty));
    let how = match ty {
        Type::Reference(_) => "a shared reference to the session cannot run statements",
        _ => "the session cannot be taken by value",
    };
    Message::new(how)
        .note("the transaction stays with the caller, the function borrows it")
        .help(format_args!("write `{name}: &mut {referent}`"))
        .at(ty)
}

/// The error for a receiver that is a session: `self: &mut Session<..>` or `#[session] &mut self`.
fn session_as_self(signature: &Signature) -> Option<syn::Error> {
    let Some(FnArg::Receiver(receiver)) = signature.inputs.first() else {
        return None;
    };
    let typed_as_session = match &receiver.kind {
        ReceiverKind::Typed(_, ty) => Candidate::of(ty).is_some(),
        _ => false,
    };
    let marked = receiver
        .attrs
        .iter()
        .any(|attribute| is_called(attribute, "session"));
    (typed_as_session || marked).then(|| {
        Message::new("the session cannot be `self`")
            .note("callers pass a pool or a session in its place, and neither has this method")
            .help("take it as an argument of its own: `session: &mut Session<Postgres>`")
            .at(receiver.self_token)
    })
}
