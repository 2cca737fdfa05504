//! `#[sqlx_transactional::test]`: options ([`args`]) and function become a [`model`], which is
//! written out by [`expand`].

pub(crate) mod args;
mod expand;
mod model;
mod parameters;

use proc_macro2::TokenStream;
use quote::quote;

use self::{args::Args, model::Model};
use crate::{diagnostics::Diagnostics, purpose::Purpose};

pub(crate) const PURPOSE: Purpose = Purpose {
    name: "sqlx_transactional::test",
    verb: "be a test",
    why_async: "a test awaits its database",
    why_result: "a test may return whatever `#[test]` allows",
    why_error: "a test may return whatever `#[test]` allows",
    takes_responses: false,
    whose: "that is a test",
    on_impl: "a test is a function of its own: move it out of the block",
    bodyless: "nothing to test",
    on_bodyless: "a test is a function of its own",
};

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let function = match PURPOSE.function(item) {
        Ok(function) => function,
        Err(error) => return error,
    };
    let mut diagnostics = Diagnostics::default();
    let args = Args::parse(options, &mut diagnostics);
    let model = Model::new(args, function, &mut diagnostics);
    match diagnostics.finish() {
        Ok(()) => expand::test(&model),
        Err(errors) => {
            let function = model.function;
            quote!(#errors #function)
        }
    }
}
