//! The parameter that is the session: how it is found, what its type says about database and mode, and how it is
//! named in the body. It knows nothing of options.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, FnArg, Pat, PatType, ReceiverKind, Signature, Type, TypeReference, parse_quote, spanned::Spanned as _};

use crate::{
    diagnostics::{Diagnostics, Message, as_typed},
    function::{hidden_at, is_called},
    likeness::{Likeness, holder, likeness, referent},
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
}

struct Parts {
    database: Type,
    mode: Option<Type>,
}

impl SessionParameter {
    pub(crate) fn database(&self, runtime: &RuntimePath) -> TokenStream {
        match &self.kind {
            Kind::Written(parts) => parts.database.to_token_stream(),
            Kind::Alias => self.part(runtime, "Database"),
        }
    }

    pub(crate) fn mode(&self, runtime: &RuntimePath) -> TokenStream {
        match &self.kind {
            Kind::Written(parts) => parts.mode.as_ref().map_or_else(|| self.default_mode(runtime), ToTokens::to_token_stream),
            Kind::Alias => self.part(runtime, "Mode"),
        }
    }

    /// The mode, where it was written.
    pub(crate) fn written_mode(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Written(parts) => parts.mode.as_ref(),
            Kind::Alias => None,
        }
    }

    /// The database, where it is written without a mode: `Session<DB>`.
    pub(crate) fn database_alone(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Written(parts) if parts.mode.is_none() => Some(&parts.database),
            Kind::Written(_) | Kind::Alias => None,
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

/// Finds the session, or reports why there is none. Takes `#[session]` off the parameters in any case.
pub(crate) fn find(signature: &mut Signature, diagnostics: &mut Diagnostics) -> Option<SessionParameter> {
    if let Some(error) = session_as_self(signature) {
        diagnostics.push(error);
        take_marks(signature);
        return None;
    }
    let marks = take_marks(signature);
    let mut found: Vec<_> = typed(signature)
        .filter_map(|(index, parameter)| {
            let likeness = if marks.contains(&index) { Some(Likeness::Marked) } else { likeness(&parameter.ty) };
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
        return None;
    }
    if likeness == Likeness::BareNotMut {
        diagnostics.push(not_mut(parameter));
        return None;
    }
    Some(read(index, parameter, diagnostics))
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
    signature.inputs.iter().enumerate().filter_map(|(index, argument)| match argument {
        FnArg::Typed(parameter) => Some((index, parameter)),
        FnArg::Receiver(_) => None,
    })
}

/// Reads the parameter as the session; a mistake in it is reported and read as what was probably meant.
fn read(index: usize, parameter: &PatType, diagnostics: &mut Diagnostics) -> SessionParameter {
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
            types.next().map_or(Kind::Alias, |database| Kind::Written(Box::new(Parts { database, mode: types.next() })))
        }
        _ => Kind::Alias,
    };
    let name = name(&parameter.pat, diagnostics);
    SessionParameter { index, pattern: (*parameter.pat).clone(), name, reference, kind }
}

/// The user's own name, so that the compiler speaks of it where the session tries to escape. One that starts with `_`
/// is for the body alone: lints would complain that we use it.
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
            Message::new("the session needs a plain name").help("write `session: &mut Session<..>`, and take it apart in the body"),
        ),
    }
    Ident::new("session", hidden_at(pattern.span()))
}

fn missing(signature: &Signature) -> syn::Error {
    let message = Message::new("the session argument is missing").note("`#[transactional]` gives the body a session through an argument");
    match typed(signature).find_map(|(_, parameter)| Some((parameter, holder(&parameter.ty)?))) {
        Some((parameter, (_, database))) => message
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
    let Some(FnArg::Receiver(receiver)) = signature.inputs.first() else { return None };
    let typed_as_session = match &receiver.kind {
        ReceiverKind::Typed(_, ty) => likeness(ty).is_some(),
        _ => false,
    };
    let marked = receiver.attrs.iter().any(|attribute| is_called(attribute, "session"));
    (typed_as_session || marked).then(|| {
        Message::new("the session cannot be `self`")
            .note("callers pass a pool or a session in its place, and neither has this method")
            .help("take it as an argument of its own: `session: &mut Session<Postgres>`")
            .at(receiver.self_token)
    })
}
