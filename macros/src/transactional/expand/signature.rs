//! The signature that callers see: the session's parameter takes what a session comes from, or is
//! gone.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{FnArg, Signature, Type, parse_quote};

use super::super::model::{Model, Origin};

pub(super) fn signature(model: &Model, mut signature: Signature) -> Signature {
    let inputs = std::mem::take(&mut signature.inputs);
    for (index, mut argument) in inputs.into_iter().enumerate() {
        if index == model.session.index {
            let (FnArg::Typed(parameter), Some(ty)) = (&mut argument, source_type(model)) else {
                continue;
            };
            let name = &model.session.name;
            *parameter.pat = parse_quote!(#name);
            *parameter.ty = Type::Verbatim(ty);
        }
        signature.inputs.push(argument);
    }
    signature
}

/// `impl Source<'_, DB, Mode>`, shown at the type that the user wrote: the compiler points there
/// when a caller passes something else.
fn source_type(model: &Model) -> Option<TokenStream> {
    let (first, last) = first_and_last(&model.session.reference);
    let (first, last) = (
        model.runtime.user_span(first),
        model.runtime.user_span(last),
    );
    let bound = source_trait(model, first, last)?;
    if model.session.is_wrong() {
        return Some(quote_spanned!(Span::mixed_site()=> impl ::core::marker::Sized));
    }
    Some(quote_spanned!(first=> impl #bound))
}

/// The trait that what callers pass must implement, with its arguments; `None` if they pass
/// nothing, because the session comes `from` an expression.
pub(super) fn source_trait(model: &Model, first: Span, last: Span) -> Option<TokenStream> {
    let (runtime, database) = (
        model.runtime.at(first),
        model.session.database(&model.runtime),
    );
    let close = quote_spanned!(last=> >);
    Some(match &model.origin {
        Origin::Source => {
            let mode = model.session.mode(&model.runtime);
            quote_spanned!(first=> #runtime::Source::<'_, #database, #mode #close)
        }
        Origin::Begin => quote_spanned!(first=> #runtime::Begin::<#database #close),
        Origin::From(_) => return None,
    })
}

/// The spans of the first and of the last token.
fn first_and_last(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::mixed_site);
    (first, spans.last().unwrap_or(first))
}
