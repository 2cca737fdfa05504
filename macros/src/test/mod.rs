//! `#[sqlx_transactional::test]`: [`args`] parses the options, [`model`] validates them together
//! with the function, and [`expand`] generates the test. The rules about its parameters are in
//! [`parameters`].

pub(crate) mod args;
mod expand;
mod model;
mod parameters;

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use self::{args::Args, model::Model};
use crate::{attribute_macro::TEST, diagnostics::Diagnostics};

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let function = match TEST.parse_function(item) {
        Ok(function) => function,
        Err(error) => return error,
    };
    Diagnostics::collect(|diagnostics| {
        let args = Args::parse(options, diagnostics);
        let model = Model::new(args, function, diagnostics);
        if diagnostics.is_empty() {
            expand::test(&model)
        } else {
            model.function.into_token_stream()
        }
    })
}
