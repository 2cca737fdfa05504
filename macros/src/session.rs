//! The parameter that is the session: how it is found, what its type says about database and mode,
//! and how it is named in the body. It knows nothing of options.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{
    Attribute, FnArg, Generics, Pat, PatType, ReceiverKind, Signature, Type, TypeParam,
    TypeReference, parse_quote, spanned::Spanned as _,
};

use crate::{
    diagnostics::{Diagnostics, Message, as_typed},
    function::{hidden_at, is_called},
    likeness::{Holder, Likeness, database_of, holder, likeness, names_a_lifetime, referent},
    return_type::{last_segment, plain, type_arguments},
    runtime_path::RuntimePath,
};

pub(crate) struct SessionParameter {
    /// Its place among the parameters.
    pub(crate) index: usize,
    /// The pattern as written, with its `mut`: how the body knows the session.
    pub(crate) pattern: Pat,
    /// The name of what the pattern is bound to.
    pub(crate) name: Ident,
    /// `&mut Session<..>`, the lifetime as written.
    pub(crate) reference: TypeReference,
    kind: Kind,
}

/// Where database and mode come from.
enum Kind {
    /// `Session<DB>`, `Session<DB, Mode>`
    Written(Box<Parts>),
    /// A type that stands for a `Session`: the compiler knows the parts of it.
    Alias,
    /// A type that no session can have, which was reported.
    Wrong,
}

struct Parts {
    database: Type,
    mode: Option<Type>,
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

    /// The mode, where it was written.
    pub(crate) fn written_mode(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Written(parts) => parts.mode.as_ref(),
            Kind::Alias | Kind::Wrong => None,
        }
    }

    /// Whether the type was reported: whatever mentions it is one more error.
    pub(crate) const fn is_wrong(&self) -> bool {
        matches!(self.kind, Kind::Wrong)
    }

    /// The database, where it is written without a mode: `Session<DB>`.
    pub(crate) fn database_alone(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Written(parts) if parts.mode.is_none() => Some(&parts.database),
            Kind::Written(_) | Kind::Alias | Kind::Wrong => None,
        }
    }

    fn default_mode(&self, runtime: &RuntimePath) -> TokenStream {
        let place = hidden_at(self.reference.span());
        let runtime = runtime.at(place);
        quote_spanned!(place=> #runtime::ReadWrite)
    }

    fn part(&self, runtime: &RuntimePath, part: &str) -> TokenStream {
        let alias = &self.reference.elem;
        let place = hidden_at(alias.span());
        let (private, part) = (runtime.private(place), Ident::new(part, place));
        quote_spanned!(place=> <#alias as #private::Parts>::#part)
    }
}

/// Finds the session, or reports why there is none. Takes `#[session]` off the parameters in any
/// case.
pub(crate) fn find(
    signature: &mut Signature,
    diagnostics: &mut Diagnostics,
) -> Option<SessionParameter> {
    if let Some(error) = session_as_self(signature) {
        diagnostics.push(error);
        take_marks(signature);
        return None;
    }
    let marks = take_marks(signature);
    let mut found: Vec<_> = typed(signature)
        .filter_map(|(index, parameter)| {
            let likeness = if marks.contains(&index) {
                Some(Likeness::Marked)
            } else {
                likeness(&parameter.ty)
            };
            likeness.map(|likeness| (likeness, index, parameter))
        })
        .collect();
    found.sort_by_key(|(likeness, index, _)| (*likeness, *index));

    let Some(&(likeness, index, parameter)) = found.first() else {
        diagnostics.push(missing(signature));
        return None;
    };
    if let Some((_, _, second)) = found.get(1).filter(|second| second.0 == likeness) {
        diagnostics.report(&second.ty, two_sessions());
    }
    if likeness == Likeness::BareNotMut {
        diagnostics.push(not_mut(parameter));
        return None;
    }
    Some(read(index, parameter, &signature.generics, diagnostics))
}

/// Takes `#[session]` off the parameters, and says which had it.
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

fn typed(signature: &Signature) -> impl Iterator<Item = (usize, &PatType)> {
    signature
        .inputs
        .iter()
        .enumerate()
        .filter_map(|(index, argument)| match argument {
            FnArg::Typed(parameter) => Some((index, parameter)),
            FnArg::Receiver(_) => None,
        })
}

/// Reads the parameter as the session; a mistake in it is reported and read as what was probably
/// meant.
fn read(
    index: usize,
    parameter: &PatType,
    generics: &Generics,
    diagnostics: &mut Diagnostics,
) -> SessionParameter {
    let reference = match plain(&parameter.ty) {
        Type::Reference(reference) if reference.mutability.is_some() => reference.clone(),
        other => {
            diagnostics.push(not_mut(parameter));
            let referent = referent(other);
            parse_quote!(&mut #referent)
        }
    };
    let kind = match last_segment(&reference.elem) {
        Some(segment) if segment.ident == "Session" => {
            let mut types = type_arguments(segment).cloned();
            types.next().map_or(Kind::Alias, |database| {
                Kind::Written(Box::new(Parts {
                    database,
                    mode: types.next(),
                }))
            })
        }
        _ => Kind::Alias,
    };
    let kind = match wrong_type(parameter, &kind, generics) {
        Some(error) => {
            diagnostics.push(error);
            Kind::Wrong
        }
        None => kind,
    };
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

/// A type that no session has, where it can be told from its name: the compiler would say so
/// wherever it is mentioned.
fn wrong_type(parameter: &PatType, kind: &Kind, generics: &Generics) -> Option<syn::Error> {
    let Kind::Written(parts) = kind else {
        // Without a lifetime, `PgTransaction` is not sqlx's, and may well be an alias of a session.
        let (holder, database) = holder(&parameter.ty).filter(|(holder, _)| {
            *holder != Holder::Transaction || names_a_lifetime(&parameter.ty)
        })?;
        let message = Message::new(format_args!(
            "`{}` is no session, but {}",
            as_typed(referent(&parameter.ty)),
            in_words(holder)
        ))
        .note("`#[session]` marks a parameter whose type is an alias of `Session`")
        .help(format_args!("write `&mut Session<{database}>`"));
        return Some(message.at(&parameter.ty));
    };
    let database = &parts.database;
    if let Some((holder, name)) = holder(database) {
        let message = Message::new(format_args!(
            "`{}` is no database, but {}",
            as_typed(database),
            in_words(holder)
        ))
        .help(format_args!("write `Session<{name}>`"));
        return Some(message.at(database));
    }
    let is_it = |parameter: &&TypeParam| matches!(plain(database), Type::Path(path) if path.path.is_ident(&parameter.ident));
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

fn in_words(holder: Holder) -> &'static str {
    match holder {
        Holder::Pool => "a pool",
        Holder::Connection => "a connection",
        Holder::Transaction => "a transaction",
    }
}

/// The user's own name, so that the compiler speaks of it where the session tries to escape. One
/// that starts with `_` is for the body alone: lints would complain that we use it.
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
    Ident::new("session", hidden_at(pattern.span()))
}

fn missing(signature: &Signature) -> syn::Error {
    let message = Message::new("the session argument is missing")
        .note("`#[transactional]` gives the body a session through an argument");
    match typed(signature).find_map(|(_, parameter)| Some((parameter, database_of(&parameter.ty)?))) {
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
    let ty = plain(&parameter.ty);
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

/// A session among the receivers: `self: &mut Session<..>`, `#[session] &mut self`.
fn session_as_self(signature: &Signature) -> Option<syn::Error> {
    let Some(FnArg::Receiver(receiver)) = signature.inputs.first() else {
        return None;
    };
    let typed_as_session = match &receiver.kind {
        ReceiverKind::Typed(_, ty) => likeness(ty).is_some(),
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
