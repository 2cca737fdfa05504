//! `#[retry_on_error]`: [`args`] parses the options, [`model`] validates them together with the
//! function, and [`expand`] generates the code.
//!
//! This file connects the three. Above a `#[transactional]` it forwards the options to that macro,
//! which generates one function for both.

pub(crate) mod args;
mod bindings;
mod expand;
pub(crate) mod model;
mod parameter_rules;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Attribute, Path, parse_quote};

use self::{args::Args, model::Model};
use crate::{
    attribute_macro::{RETRY_ON_ERROR, TRANSACTIONAL},
    diagnostics::Diagnostics,
    function::{self, Function, is_called},
    signature::check_written_once,
};

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    // This is the item that `resolved` generated.
    if options.to_string() == FORWARDED {
        return TokenStream::new();
    }
    match RETRY_ON_ERROR.parse_function(item) {
        Ok(function) => expand_function(options, function, ToTokens::into_token_stream),
        Err(error) => error,
    }
}

/// Expands one function. `transactional` is called if the function has a `#[transactional]`, which
/// then has the options of the retry.
pub(crate) fn expand_function(
    options: TokenStream,
    mut function: Function,
    transactional: impl FnOnce(Function) -> TokenStream,
) -> TokenStream {
    Diagnostics::collect(|diagnostics| {
        check_written_once(&mut function, &RETRY_ON_ERROR, diagnostics);
        let below = function
            .attributes
            .iter_mut()
            .find(|attribute| is_called(attribute, TRANSACTIONAL.name));
        match below {
            Some(below) => {
                forward(&options, below);
                transactional(function)
            }
            None => expand_alone(options, function, diagnostics),
        }
    })
}

fn expand_alone(
    options: TokenStream,
    function: Function,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let args = Args::parse(options, diagnostics);
    match Model::new(args, function, diagnostics) {
        Ok(model) if diagnostics.is_empty() => expand::repeated(&model),
        Ok(model) => model.function.into_token_stream(),
        Err(function) => function.into_token_stream(),
    }
}

/// The option with which one attribute tells the other what it has already done.
///
/// The other attribute stays on the function, so that the compiler resolves the path that the user
/// wrote. Without that, the import of the attribute would seem unused.
const FORWARDED: &str = "__retry_on_error";

/// Puts `options` in front of the options of `attribute`, a `#[transactional]`.
fn forward(options: &TokenStream, attribute: &mut Attribute) {
    let key = Ident::new(FORWARDED, Span::mixed_site());
    let path = attribute.path().clone();
    let own = function::options(attribute.meta.clone());
    let list = quote_spanned!(Span::mixed_site()=> #key(#options), #own);
    attribute.meta = parse_quote!(#path(#list));
}

/// Splits the options of a `#[transactional]` into those that [`forward`] put there and its own.
pub(crate) fn take_forwarded(options: TokenStream) -> (Option<TokenStream>, TokenStream) {
    let mut tokens = options.clone().into_iter();
    match (tokens.next(), tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(key)), Some(TokenTree::Group(retry)), Some(_comma))
            if key == FORWARDED =>
        {
            (Some(retry.stream()), tokens.collect())
        }
        _ => (None, options),
    }
}

/// An item with a `#[retry_on_error]` that expands to nothing. It makes the compiler resolve the
/// path of an attribute that `#[transactional]` has taken off the function.
pub(crate) fn resolved(path: &Path) -> TokenStream {
    let (mixed_site, key) = (
        Span::mixed_site(),
        Ident::new(FORWARDED, Span::mixed_site()),
    );
    quote_spanned!(mixed_site=> #[#path(#key)] fn resolved() {})
}
