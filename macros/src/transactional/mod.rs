//! `#[transactional]`: options ([`args`]) and function become a [`model`], which is written out by [`expand`].

pub(crate) mod args;
mod expand;
mod model;
mod option_rules;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use self::{args::Args, model::Model};
use crate::{
    diagnostics::{Diagnostics, Message},
    function::{Function, item_kind},
};

pub(crate) const NAME: &str = "transactional";

/// What is known of the place where a function is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing: an attribute sees its function alone.
    Unknown,
    /// `impl Trait for Type`: the signature is the trait's.
    TraitImpl,
}

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    match syn::parse2::<Function>(item.clone()) {
        Ok(function) => expand_function(options, function, Place::Unknown),
        Err(error) => {
            let error = not_a_function(item).unwrap_or(error).into_compile_error();
            quote!(#error #item)
        }
    }
}

/// On a mistake the function stays, as far as it is understood with the signature that callers will see in the end,
/// so that the mistake is all that the compiler has to say.
pub(crate) fn expand_function(options: TokenStream, function: Function, place: Place) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(options, &mut diagnostics);
    let model = Model::new(args, function, place, &mut diagnostics);
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

fn not_a_function(item: &TokenStream) -> Option<syn::Error> {
    let (keyword, kind) = item_kind(item);
    let help = match kind {
        "a function" => return None,
        "an `impl` block" => "write `#[transactional]` on each method that needs a transaction, and `#[transactional_methods]` here",
        _ => "write it on each `async fn` that needs a transaction",
    };
    let message = Message::new(format_args!("`#[transactional]` needs an `async fn`, this is {kind}")).help(help);
    Some(message.at(keyword.map_or_else(|| item.clone(), ToTokens::into_token_stream)))
}
