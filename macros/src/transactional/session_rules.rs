//! The rules about the session that only `#[transactional]` has: its lifetime, its mode, and that a
//! method of a trait needs `from`.
//!
//! Which parameter is the session, and what is wrong with its type, is in `crate::session`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::{
    GenericParam, Lifetime, Signature, Type, WherePredicate, parse_quote, punctuated::Punctuated,
};

use crate::{
    diagnostics::{Diagnostics, Message, as_typed},
    function::Function,
    session::{self, SessionParameter},
    type_syntax::ungroup,
};

/// The session parameter becomes generic over what callers pass, which the signature in the trait
/// is not.
pub(super) fn missing_from(signature: &Signature) -> syn::Error {
    Message::new("a method of a trait needs `from = ..`")
        .note("without it callers pass the session, or a pool in its place, and the trait's signature has no such argument")
        .help("write `#[transactional(from = &self.db)]`, and leave the session out of the trait; or call an annotated function from this method")
        .at(&signature.ident)
}

/// The body's session lives as long as one attempt, which no lifetime of the signature names. A
/// lifetime that is used for nothing else is removed without an error.
pub(super) fn check_lifetime(
    function: &mut Function,
    session: &mut SessionParameter,
    diagnostics: &mut Diagnostics,
) {
    let Some(lifetime) = session.reference.lifetime.take() else {
        return;
    };
    if lifetime.ident == "_" {
        return;
    }
    let signature = &function.signature;
    let declared = signature
        .generics
        .params
        .iter()
        .any(|parameter| declares(parameter, &lifetime));
    let mentions = mentions(&lifetime.ident, quote!(#signature))
        + mentions(&lifetime.ident, function.body.braces.stream());
    // In its declaration, and in the type of the session.
    if declared && mentions == 2 {
        remove_parameter(&mut function.signature, &lifetime);
        return;
    }
    let reference = as_typed(&session.reference);
    let message = Message::new("the session cannot have a named lifetime")
        .note("it lives as long as one run of the body, and nothing that outlives the body may borrow from it")
        .help(format_args!("write `{reference}`, and another lifetime where `{lifetime}` is used for something else"));
    diagnostics.report(lifetime, message);
}

/// How often the tokens mention the lifetime `'name`. Labels look like lifetimes, and do not count.
fn mentions(name: &Ident, tokens: TokenStream) -> usize {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: Option<&TokenTree>, texts: &[&str]| {
        at.is_some_and(|token| texts.contains(&token.to_string().as_str()))
    };
    let mention = |(at, token): (usize, &TokenTree)| match token {
        TokenTree::Group(group) => mentions(name, group.stream()),
        TokenTree::Punct(quote)
            if quote.as_char() == '\'' && is(tokens.get(at + 1), &[&name.to_string()]) =>
        {
            let jump = at > 0 && is(tokens.get(at - 1), &["break", "continue"]);
            let block = matches!(tokens.get(at + 3), Some(TokenTree::Group(_)))
                || is(tokens.get(at + 3), &["loop", "while", "for"]);
            let label = is(tokens.get(at + 2), &[":"]) && block;
            usize::from(!jump && !label)
        }
        _ => 0,
    };
    tokens.iter().enumerate().map(mention).sum()
}

/// The expansion has to know which transaction to begin, so the mode cannot be a type parameter.
/// Callers who pass a pool have no way to name it.
pub(super) fn check_mode(signature: &Signature, session: &SessionParameter) -> syn::Result<()> {
    let Some(Type::Path(mode)) = session.written_mode().map(ungroup) else {
        return Ok(());
    };
    match mode.path.get_ident() {
        Some(ident) if signature.generics.type_params().any(|parameter| parameter.ident == *ident) => {
            Err(Message::new(format_args!("the mode `{ident}` must be a type, not a parameter"))
                .note("callers who pass a pool begin a transaction in this mode, and nothing would tell them which")
                .help("write the weakest mode that the function needs, or leave it out; callers can pass a stronger session")
                .help("or remove `#[transactional]`: a plain function can take a session in any mode")
                .at(mode))
        }
        _ => Ok(()),
    }
}

/// Takes the session off a method that another macro has rewritten, so that rustc does not compare
/// its parameters with those in the trait. Also removes what depends on the session: the lifetime
/// that the other macro has added for it, and the body.
pub(super) fn without_session(mut function: Function) -> Function {
    let Some((session, reference)) = session::locate(&function.signature) else {
        return function;
    };
    let signature = &mut function.signature;
    signature.inputs = remove(std::mem::take(&mut signature.inputs), |index, _| {
        index == session
    });
    if let Some(lifetime) = &reference.lifetime {
        remove_parameter(signature, lifetime);
        remove_bounds(signature, lifetime);
    }
    // The new body mentions the type of the session, or an import of it would seem unused.
    let ty = &reference.elem;
    function
        .attributes
        .push(parse_quote!(#[allow(unused, unreachable_code)]));
    function
        .body
        .replace(quote!(let session: &mut #ty = loop {};));
    function
}

fn remove_parameter(signature: &mut Signature, lifetime: &Lifetime) {
    let params = &mut signature.generics.params;
    *params = remove(std::mem::take(params), |_, parameter| {
        declares(parameter, lifetime)
    });
}

fn remove_bounds(signature: &mut Signature, lifetime: &Lifetime) {
    let Some(clause) = &mut signature.generics.where_clause else {
        return;
    };
    let bounds = |predicate: &WherePredicate| matches!(predicate, WherePredicate::Lifetime(bound) if bound.lifetime == *lifetime);
    clause.predicates = remove(std::mem::take(&mut clause.predicates), |_, predicate| {
        bounds(predicate)
    });
}

fn remove<T, P: Default>(
    list: Punctuated<T, P>,
    is_removed: impl Fn(usize, &T) -> bool,
) -> Punctuated<T, P> {
    list.into_iter()
        .enumerate()
        .filter(|(index, item)| !is_removed(*index, item))
        .map(|(_, item)| item)
        .collect()
}

fn declares(parameter: &GenericParam, lifetime: &Lifetime) -> bool {
    matches!(parameter, GenericParam::Lifetime(parameter) if parameter.lifetime == *lifetime)
}
