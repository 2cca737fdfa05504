//! The expansion of a parsed [`Block`]: its annotated methods are expanded, the rest is unchanged.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{ToTokens, quote};
use syn::Attribute;

use super::model::{Block, Item};
use crate::{
    attribute_macro::{RETRY_ON_ERROR, TRANSACTIONAL},
    function::{Function, is_called, options},
    retry_on_error,
    transactional::{self, FunctionContext},
};

/// Input:
/// ```text
/// #[async_trait]
/// impl Orders for Shop {
///     #[transactional(from = &self.db)]
///     async fn place(&self, session: &mut Session<Postgres>, order: Order) -> Placed { BODY }
/// }
/// ```
/// Output:
/// ```text
/// #[async_trait]
/// impl Orders for Shop {
///     async fn place(&self, order: Order) -> Placed { /* a transaction around BODY */ }
/// }
/// ```
pub(super) fn block(block: Block) -> TokenStream {
    let context = block.context;
    let items = block.items.into_iter().map(|item| match item {
        Item::Annotated(annotated) => method(annotated.0, annotated.1, context),
        Item::Other(tokens) => tokens,
    });
    let mut braces = Group::new(Delimiter::Brace, items.collect());
    braces.set_span(block.braces.span());
    let head = block.head;
    quote!(#head #braces)
}

/// A `#[retry_on_error]` with a `#[transactional]` below it forwards its options there.
fn method(attribute: Attribute, method: Function, context: FunctionContext) -> TokenStream {
    let is_retry = is_called(&attribute, RETRY_ON_ERROR.name);
    let options = options(attribute.meta);
    if !is_retry {
        return transactional::expand_function(options, method, context);
    }
    retry_on_error::expand_function(options, method, |mut method| {
        match method.take_first(&[TRANSACTIONAL.name]) {
            Some(attribute) => self::method(attribute, method, context),
            None => method.into_token_stream(),
        }
    })
}
