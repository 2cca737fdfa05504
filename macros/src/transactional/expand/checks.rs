//! Calls that do nothing but fail to compile where the return type or an option asks for what the
//! runtime cannot do. Each gives one error, shown at the return type or at the option.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::super::model::Model;
use crate::spans::{located_at, mixed_site_at};

pub(super) fn checks(model: &Model) -> TokenStream {
    let mut checks = return_check(model);
    let database = model.session.database(&model.runtime);
    if let Some(option) = &model.begin.deferrable {
        let mode = model.session.mode(&model.runtime);
        let types = quote!(#database, #mode);
        checks.extend(option_check(model, option, "deferrable", types));
    }
    if let Some(option) = &model.begin.relaxed {
        checks.extend(option_check(model, option, "relaxed", database));
    }
    checks
}

fn return_check(model: &Model) -> TokenStream {
    let checked = model.returned.into_response.as_ref().map_or_else(
        || model.returned.checked.to_token_stream(),
        ToTokens::to_token_stream,
    );
    let span = model.runtime.user_span(checked.span());
    let private = model.runtime.private(span);
    if let Some(method) = into_response(model, &quote!(&'static str), span) {
        return quote_spanned!(span=> #private::responds(#method););
    }
    let check = Ident::new(
        if model.map_err.is_some() {
            "tells"
        } else {
            "returns"
        },
        span,
    );
    quote_spanned!(span=> #private::#check::<#checked>();)
}

/// The method that makes a response of a value of type `of`. Where any type will do, it is called
/// for `&str`, of which every framework makes a response.
pub(super) fn into_response(model: &Model, of: &TokenStream, span: Span) -> Option<TokenStream> {
    let response_trait = model.returned.into_response.as_ref()?;
    Some(quote_spanned!(span=> <#of as #response_trait>::into_response))
}

/// The types are shown at the option: the compiler would point at the session's type, but it is the
/// option that asks for another one.
fn option_check(model: &Model, option: &Ident, check: &str, types: TokenStream) -> TokenStream {
    let span = mixed_site_at(option.span());
    let (private, check, types) = (
        model.runtime.private(span),
        Ident::new(check, span),
        located_at(types, span),
    );
    quote_spanned!(span=> #private::#check::<#types>();)
}
