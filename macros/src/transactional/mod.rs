//! `#[transactional]`: options ([`args`]) and function become a [`model`], which is written out by
//! [`expand`].

pub(crate) mod args;
mod expand;
mod model;
mod option_rules;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use self::{args::Args, model::Model};
use crate::{
    diagnostics::{Diagnostics, Message},
    function::{Function, is_called, options},
    purpose::Purpose,
    retry_on_error,
};

pub(crate) const PURPOSE: Purpose = Purpose {
    name: "transactional",
    verb: "run a transaction",
    why_async: "beginning and ending a transaction awaits the database",
    why_result: "`Ok` commits, `Err` rolls back",
    why_error: "a failure of the transaction itself is returned as this error, through `From<sqlx::Error>`",
    takes_responses: true,
    whose: "that needs a transaction",
    on_impl: "write `#[transactional]` on each method that needs a transaction, and `#[transactional_methods]` here",
    bodyless: "no transaction to run",
    on_bodyless: "annotate the method where it is implemented, with `from = ..`",
};

/// What is known of the place where a function is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing: an attribute sees its function alone.
    Unknown,
    /// `impl Trait for Type`: the signature is the trait's.
    TraitImpl,
}

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    match PURPOSE.function(item) {
        Ok(function) => {
            let below = function
                .attributes
                .iter()
                .find(|attribute| is_called(attribute, retry_on_error::PURPOSE.name));
            let below = below.map(|attribute| retry_on_error::resolved(attribute.path()));
            let function = expand_function(options, function, Place::Unknown);
            quote!(#below #function)
        }
        Err(error) => error,
    }
}

/// On a mistake the function stays, as far as it is understood with the signature that callers will
/// see in the end, so that the mistake is all that the compiler has to say.
pub(crate) fn expand_function(
    options: TokenStream,
    mut function: Function,
    place: Place,
) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let (retry, options) = retry_on_error::take_handed_on(options);
    let retry = retry.or_else(|| retry_below(&mut function, &mut diagnostics));
    let retry = retry.map(|options| retry_on_error::args::Args::parse(options, &mut diagnostics));
    let args = Args::parse(options, &mut diagnostics);
    let model = Model::new(args, retry, function, place, &mut diagnostics);
    match (diagnostics.finish(), model) {
        (Ok(()), Ok(model)) => expand::transaction(&model),
        (Err(errors), Ok(model)) => {
            let function = expand::placeholder(&model);
            quote!(#errors #function)
        }
        (Err(errors), Err(function)) => quote!(#errors #function),
        (Ok(()), Err(function)) => function.into_token_stream(),
    }
}

/// An attribute that would have to see the transaction from outside, but is inside. Its options are
/// read nevertheless: the user only has to move it.
fn retry_below(function: &mut Function, diagnostics: &mut Diagnostics) -> Option<TokenStream> {
    let attribute = function
        .take_attributes(retry_on_error::PURPOSE.name)
        .into_iter()
        .next()?;
    let message = Message::new("`#[retry_on_error]` must be written above `#[transactional]`")
        .note("each attempt needs a fresh transaction")
        .help("swap the two attributes");
    diagnostics.report(attribute.path(), message);
    Some(options(attribute.meta))
}
