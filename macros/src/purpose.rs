//! What an attribute is for: the words in which the rules that all attributes on functions share
//! speak of it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::{
    diagnostics::Message,
    function::{Function, item_kind},
};

pub(crate) struct Purpose {
    /// The attribute's name.
    pub(crate) name: &'static str,
    /// What a function that is not fit for it cannot do: "run a transaction".
    pub(crate) verb: &'static str,
    pub(crate) why_async: &'static str,
    pub(crate) why_result: &'static str,
    pub(crate) why_error: &'static str,
    /// Whether `impl IntoResponse` can be returned: the response is made before it is known how the
    /// call ends.
    pub(crate) takes_responses: bool,
    /// What it is written on: "that needs a transaction".
    pub(crate) whose: &'static str,
    /// What to do on an `impl` block.
    pub(crate) on_impl: &'static str,
    /// What a method without a body has not: "no transaction to run".
    pub(crate) bodyless: &'static str,
    pub(crate) on_bodyless: &'static str,
}

impl Purpose {
    /// The function; `Err` is the item as it was, and why it is none.
    pub(crate) fn function(&self, item: &TokenStream) -> Result<Function, TokenStream> {
        syn::parse2::<Function>(item.clone()).map_err(|error| {
            let error = self
                .not_a_function(item)
                .unwrap_or(error)
                .into_compile_error();
            quote!(#error #item)
        })
    }

    fn not_a_function(&self, item: &TokenStream) -> Option<syn::Error> {
        let (keyword, kind) = item_kind(item);
        let place = keyword.map_or_else(|| item.clone(), ToTokens::into_token_stream);
        let bodyless = item
            .clone()
            .into_iter()
            .last()
            .is_some_and(|last| last.to_string() == ";");
        let Self { name, whose, .. } = self;
        let message = match kind {
            "a function" if bodyless => Message::new(format_args!(
                "a method without a body has {}",
                self.bodyless
            ))
            .help(self.on_bodyless),
            "a function" => return None,
            _ => Message::new(format_args!(
                "`#[{name}]` needs an `async fn`, this is {kind}"
            ))
            .help(match kind {
                "an `impl` block" => self.on_impl.to_owned(),
                _ => format!("write it on each `async fn` {whose}"),
            }),
        };
        Some(message.at(place))
    }
}
