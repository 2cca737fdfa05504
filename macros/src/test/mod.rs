//! `#[sqlx_transactional::test]`: options ([`args`]) and function become a [`model`], which is
//! written out by [`expand`].

pub(crate) mod args;
mod expand;
mod model;
mod parameters;

use proc_macro2::TokenStream;
use quote::quote;

use self::{args::Args, model::Model};
use crate::{attribute_macro::TEST, diagnostics::Diagnostics};

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let function = match TEST.parse_function(item) {
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
