//! `#[retry_on_error]`: options ([`args`]) and function become a [`model`], which is written out by
//! [`expand`]. Above `#[transactional]` it hands its options on to that, which writes one function
//! for both.

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
    // What `resolved` wrote.
    if options.to_string() == FORWARDED {
        return TokenStream::new();
    }
    match RETRY_ON_ERROR.parse_function(item) {
        Ok(function) => expand_function(options, function, ToTokens::into_token_stream),
        Err(error) => error,
    }
}

/// `transactional` writes the function whose `#[transactional]` has been told of the retry.
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
            None => alone(options, function, diagnostics),
        }
    })
}

fn alone(options: TokenStream, function: Function, diagnostics: &mut Diagnostics) -> TokenStream {
    let args = Args::parse(options, diagnostics);
    match Model::new(args, function, diagnostics) {
        Ok(model) if diagnostics.is_empty() => expand::repeated(&model),
        Ok(model) => model.function.into_token_stream(),
        Err(function) => function.into_token_stream(),
    }
}

/// How the two attributes tell each other what is done already: the one below stays where it is,
/// for the compiler to find it by the path that the user wrote. An import that nothing resolves
/// would seem unused.
const FORWARDED: &str = "__retry_on_error";

fn forward(options: &TokenStream, attribute: &mut Attribute) {
    let key = Ident::new(FORWARDED, Span::mixed_site());
    let path = attribute.path().clone();
    let own = function::options(attribute.meta.clone());
    let list = quote_spanned!(Span::mixed_site()=> #key(#options), #own);
    attribute.meta = parse_quote!(#path(#list));
}

/// What was handed on, and the options of `#[transactional]` itself.
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

/// An item that only resolves the path of an attribute which `#[transactional]` has dealt with, and
/// is gone then.
pub(crate) fn resolved(path: &Path) -> TokenStream {
    let (mixed_site, key) = (
        Span::mixed_site(),
        Ident::new(FORWARDED, Span::mixed_site()),
    );
    quote_spanned!(mixed_site=> #[#path(#key)] fn resolved() {})
}
