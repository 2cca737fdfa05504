//! An `impl` block, parsed. Bodies of methods stay tokens, as in [`Function`], and items that are
//! not annotated stay as they are written.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, ImplItem, ItemImpl, braced,
    parse::{Parse, ParseStream, Parser as _},
};

use crate::{
    attribute_macro::{RETRY_ON_ERROR, TRANSACTIONAL},
    diagnostics::{Diagnostics, Message},
    function::{Function, is_called},
    transactional::FunctionContext,
};

pub(super) struct Block {
    /// Further `#[transactional_methods]`, which are reported: they would find nothing left to do.
    repeated: Vec<Attribute>,
    /// The other tokens before the braces.
    pub(super) head: TokenStream,
    pub(super) context: FunctionContext,
    pub(super) items: Vec<Item>,
    pub(super) braces: Group,
    /// The block without its items, for its header.
    empty: ItemImpl,
}

pub(super) enum Item {
    /// A method with `#[transactional]` or `#[retry_on_error]`, and the first of these attributes,
    /// which is taken off the method.
    Annotated(Box<(Attribute, Function)>),
    Other(TokenStream),
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (repeated, attributes): (Vec<_>, Vec<_>) = input
            .call(Attribute::parse_outer)?
            .into_iter()
            .partition(|attribute| is_called(attribute, "transactional_methods"));
        let mut tokens: Vec<TokenTree> = input.parse::<TokenStream>()?.into_iter().collect();
        let Some(TokenTree::Group(braces)) = tokens.pop().filter(is_braces) else {
            return Err(input.error("expected the braces of an `impl` block"));
        };
        let head: TokenStream = tokens.into_iter().collect();
        let head = quote!(#(#attributes)* #head);
        let mut none = Group::new(Delimiter::Brace, TokenStream::new());
        none.set_span(braces.span());
        let empty: ItemImpl = syn::parse2(quote!(#head #none))?;
        let context = if empty.trait_.is_some() {
            FunctionContext::TraitImpl
        } else {
            FunctionContext::Unknown
        };
        let items = items.parse2(TokenTree::from(braces.clone()).into())?;
        Ok(Self {
            repeated,
            head,
            context,
            items,
            braces,
            empty,
        })
    }
}

impl Block {
    pub(super) fn check(&self, diagnostics: &mut Diagnostics) {
        for attribute in &self.repeated {
            let message = Message::new("`#[transactional_methods]` is written twice")
                .help("keep one of them");
            diagnostics.report(attribute.path(), message);
        }
        if !self
            .items
            .iter()
            .any(|item| matches!(item, Item::Annotated(_)))
        {
            let message = Message::new("no method of this block is annotated")
                .note("`#[transactional_methods]` expands the methods that have `#[transactional]` or `#[retry_on_error]`, ahead of the macros below it")
                .help("write one of them on a method, or remove this attribute");
            diagnostics.report(self.empty.impl_token, message);
        }
    }
}

fn is_braces(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Parses the items with the braces around them, so that an error about the end of the items is
/// shown at the closing brace.
fn items(input: ParseStream<'_>) -> syn::Result<Vec<Item>> {
    let content;
    braced!(content in input);
    let inner = Attribute::parse_inner(&content)?;
    let mut items = vec![Item::Other(
        inner.iter().map(ToTokens::to_token_stream).collect(),
    )];
    while !content.is_empty() {
        items.push(item(&content)?);
    }
    Ok(items)
}

fn item(input: ParseStream<'_>) -> syn::Result<Item> {
    if input.fork().parse::<Function>().is_err() {
        return Ok(Item::Other(input.parse::<ImplItem>()?.into_token_stream()));
    }
    let mut method: Function = input.parse()?;
    // A second attribute stays on the method, and is expanded or reported with it.
    Ok(
        match method.take_first(&[TRANSACTIONAL.name, RETRY_ON_ERROR.name]) {
            Some(annotation) => Item::Annotated(Box::new((annotation, method))),
            None => Item::Other(method.into_token_stream()),
        },
    )
}
