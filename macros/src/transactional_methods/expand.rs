//! The block as tokens, its annotated methods expanded in place.
//!
//! Input:
//! ```text
//! #[async_trait]
//! impl Orders for Shop {
//!     #[transactional(from = &self.db)]
//!     async fn place(&self, session: &mut Session<Postgres>, order: Order) -> Result<Receipt, Error> { BODY }
//! }
//! ```
//! Output:
//! ```text
//! #[async_trait]
//! impl Orders for Shop {
//!     async fn place(&self, order: Order) -> Result<Receipt, Error> { /* a transaction around BODY */ }
//! }
//! ```

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{ToTokens, quote};
use syn::Meta;

use super::model::{Block, Item};
use crate::transactional;

pub(super) fn block(block: Block) -> TokenStream {
    let place = block.place;
    let items = block.items.into_iter().map(|item| match item {
        Item::Annotated(annotated) => {
            let (attribute, method) = *annotated;
            transactional::expand_function(options(attribute.meta), method, place)
        }
        Item::Other(tokens) => tokens,
    });
    let mut braces = Group::new(Delimiter::Brace, items.collect());
    braces.set_span(block.braces.span());
    let head = block.head;
    quote!(#head #braces)
}

/// What stands between the parentheses. `#[transactional = ..]` has none; its value is no option, and is reported so.
fn options(meta: Meta) -> TokenStream {
    match meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens,
        Meta::NameValue(pair) => pair.value.into_token_stream(),
    }
}
