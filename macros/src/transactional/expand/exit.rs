//! `let exit = ..`: how a failure of the transaction becomes the function's return value, which
//! errors commit, and which are retried.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{ExprPath, spanned::Spanned as _};

use super::{super::model::Model, checks::into_response};
use crate::spans::mixed_site_at;

pub(super) fn exit(model: &Model) -> TokenStream {
    let when = model
        .retry
        .as_ref()
        .map(|retry| retry.when(&model.returned, &model.runtime));
    let commit_on = commit_on(model);
    let exit = match &model.map_err {
        Some(map_err) => mapped(model, map_err, &quote!(#commit_on #when)),
        None => routed(model, &quote!(#commit_on #when)),
    };
    quote_spanned!(Span::mixed_site()=> let exit = #exit;)
}

/// With `map_err`, the user's function makes the error. The compiler reports a function that does
/// not fit at its path.
fn mapped(model: &Model, map_err: &ExprPath, settings: &TokenStream) -> TokenStream {
    let (mixed_site, span) = (Span::mixed_site(), mixed_site_at(map_err.span()));
    let (private, returned) = (model.runtime.private(mixed_site), &model.returned.inferred);
    let failure = Ident::new("failure", span);
    let mapped = quote_spanned!(span=> #private::mapped::<#returned>(#failure, #map_err));
    quote_spanned!(mixed_site=> #private::Exit::<#returned>::new(|#failure| #mapped) #settings)
}

/// Without `map_err`, the `From` impls of the error type decide. `Typed`, `Flat` and `Neither` are
/// implemented for one reference less each. So method lookup, which takes off one reference after
/// the other, finds the first of them that the type has.
fn routed(model: &Model, settings: &TokenStream) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let (private, returned) = (model.runtime.private(mixed_site), &model.returned.inferred);
    let response = into_response(model, &quote!(&'static str), mixed_site)
        .map(|method| quote_spanned!(mixed_site=> #private::Route::of(#method)));
    let route = response
        .unwrap_or_else(|| quote_spanned!(mixed_site=> #private::Route::<#returned>::new()));
    quote_spanned! {mixed_site=>
        {
            use #private::{Flat as _, Neither as _, Typed as _};
            (&&&#route).route() #settings
        }
    }
}

/// `.commit_on(|outcome| matches!(outcome, Err(PATTERN)))`, or nothing without the option. The
/// compiler reports a wrong pattern at its own tokens.
fn commit_on(model: &Model) -> TokenStream {
    let Some(pattern) = &model.commit_on else {
        return TokenStream::new();
    };
    let span = mixed_site_at(pattern.span());
    let error = quote_spanned!(span=> ::core::result::Result::Err(#pattern));
    // The compiler also shows where the type of the matched value comes from.
    let outcome = Ident::new("outcome", mixed_site_at(model.returned.inferred.span()));
    quote_spanned!(Span::mixed_site()=> .commit_on(|#outcome| ::core::matches!(#outcome, #error)))
}
