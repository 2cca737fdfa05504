//! `#[transactional]`: [`args`] parses the options, [`model`] validates them together with the
//! function, and [`expand`] generates the code.
//!
//! This file connects the three, and finds a `#[retry_on_error]` on the same function. That one
//! hands its options to this macro, which generates one function for both.

pub(crate) mod args;
mod expand;
mod model;
mod option_rules;
mod session_rules;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use self::{args::Args, model::Model};
use crate::{
    attribute_macro::{RETRY_ON_ERROR, TRANSACTIONAL},
    diagnostics::{Diagnostics, Message},
    function::{Function, is_called, options},
    retry_on_error,
};

/// Where the function is written, as far as the macro can see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FunctionContext {
    /// An attribute on a function sees the function alone.
    Unknown,
    /// `impl Trait for Type`, in a block under `#[transactional_methods]`: the signature is the
    /// trait's.
    TraitImpl,
}

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    match TRANSACTIONAL.parse_function(item) {
        Ok(function) => {
            let below = function
                .attributes
                .iter()
                .find(|attribute| is_called(attribute, RETRY_ON_ERROR.name));
            let below = below.map(|attribute| retry_on_error::resolved(attribute.path()));
            let function = expand_function(options, function, FunctionContext::Unknown);
            quote!(#below #function)
        }
        Err(error) => error,
    }
}

/// Expands one function. After a mistake the function is still emitted, so that the compiler
/// reports nothing but the mistake. Its signature is that of the expansion where that is known.
pub(crate) fn expand_function(
    options: TokenStream,
    mut function: Function,
    context: FunctionContext,
) -> TokenStream {
    Diagnostics::collect(|diagnostics| {
        let (retry, options) = retry_on_error::take_forwarded(options);
        let retry = retry.or_else(|| retry_below(&mut function, diagnostics));
        let retry = retry.map(|options| retry_on_error::args::Args::parse(options, diagnostics));
        let args = Args::parse(options, diagnostics);
        match Model::new(args, retry, function, context, diagnostics) {
            Ok(model) if diagnostics.is_empty() => expand::transaction(&model),
            Ok(model) => expand::placeholder(&model),
            Err(function) => function.into_token_stream(),
        }
    })
}

/// Reports a `#[retry_on_error]` below `#[transactional]`, where it would repeat the body inside
/// one transaction. Returns its options, because they are right: the user has to move the
/// attribute.
fn retry_below(function: &mut Function, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let attribute = function
        .take_attributes(RETRY_ON_ERROR.name)
        .into_iter()
        .next()?;
    let message = Message::new("`#[retry_on_error]` must be written above `#[transactional]`")
        .note("each attempt needs a fresh transaction")
        .help("swap the two attributes");
    diagnostics.report(attribute.path(), message);
    Some(options(attribute.meta))
}
