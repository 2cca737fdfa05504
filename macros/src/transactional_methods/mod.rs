//! `#[transactional_methods]`: expands the annotated methods of an `impl` block before any macro
//! below it on the block reads them.
//!
//! [`model`] parses the block, and [`expand`] generates it. There are no options, so there is no
//! `args`.

mod expand;
mod model;

use proc_macro2::TokenStream;
use quote::ToTokens;

use self::model::Block;
use crate::{
    diagnostics::{Diagnostics, Message},
    function::item_kind,
};

pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    Diagnostics::collect(|diagnostics| {
        if !options.is_empty() {
            diagnostics.report(
                options,
                Message::new("`#[transactional_methods]` takes no options")
                    .help("write them on the methods"),
            );
        }
        match syn::parse2::<Block>(item.clone()) {
            Ok(block) => {
                block.check(diagnostics);
                expand::block(block)
            }
            Err(error) => {
                diagnostics.push(not_an_impl(item).unwrap_or(error));
                item.clone()
            }
        }
    })
}

fn not_an_impl(item: &TokenStream) -> Option<syn::Error> {
    let (keyword, kind) = item_kind(item);
    let help = match kind {
        "an `impl` block" => return None,
        "a function" => "write `#[transactional]` on a function",
        "a trait" => "write it on the trait's `impl` blocks",
        _ => "write it on the `impl` block",
    };
    let message = Message::new(format_args!(
        "`#[transactional_methods]` needs an `impl` block, this is {kind}"
    ))
    .help(help);
    Some(message.at(keyword.map_or_else(|| item.clone(), ToTokens::into_token_stream)))
}
