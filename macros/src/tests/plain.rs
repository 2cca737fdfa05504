//! Themes of `ui-tests/pass` with their attributes expanded, as plain code under
//! `ui-tests/expanded`. There it is compiled, linted and run: what comes out of a macro, clippy
//! mostly passes over.

use std::fs;

use expect_test::expect_file;
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Attribute, ImplItem, Item, ItemFn};

use super::split_off;
use crate::{retry_on_error, transactional, transactional_methods};

macro_rules! themes {
    ($($name:ident)*) => { $(
        #[test]
        fn $name() {
            check(stringify!($name));
        }
    )* };
}
themes! { functions kinds methods options retry retry_alone retry_patterns retry_services services }

fn check(theme: &str) {
    let ui_tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui-tests");
    let source = fs::read_to_string(format!("{ui_tests}/pass/{theme}.rs")).unwrap();
    let mut file = syn::parse_file(&source).unwrap();
    expand_all(&mut file.items);
    expect_file![format!("{ui_tests}/expanded/{theme}.rs")]
        .assert_eq(&prettyplease::unparse(&file));
}

fn expand_all(items: &mut [Item]) {
    for item in items {
        match item {
            Item::Fn(function) => {
                *item = syn::parse2(function_expanded(function.to_token_stream())).unwrap()
            }
            Item::Mod(module) => {
                expand_all(module.content.as_mut().map_or(&mut [], |(_, items)| items))
            }
            Item::Impl(block) => match split_off(&mut block.attrs, &["transactional_methods"]) {
                Some(_) => {
                    *item = syn::parse2(transactional_methods::expand(
                        TokenStream::new(),
                        &block.to_token_stream(),
                    ))
                    .unwrap()
                }
                None => block.items.iter_mut().for_each(expand_method),
            },
            _ => {}
        }
    }
}

fn expand_method(item: &mut ImplItem) {
    if let ImplItem::Fn(method) = item {
        *method = syn::parse2(function_expanded(method.to_token_stream())).unwrap();
    }
}

/// The first attribute leaves the second one where it is, as the compiler would find it.
fn function_expanded(mut tokens: TokenStream) -> TokenStream {
    loop {
        let mut function: ItemFn = syn::parse2(tokens).unwrap();
        let Some(attribute) = split_off(&mut function.attrs, &["transactional", "retry_on_error"])
        else {
            return function.into_token_stream();
        };
        let expand = if is_retry(&attribute) {
            retry_on_error::expand
        } else {
            transactional::expand
        };
        tokens = expand(
            crate::function::options(attribute.meta),
            &function.into_token_stream(),
        );
    }
}

fn is_retry(attribute: &Attribute) -> bool {
    crate::function::is_called(attribute, "retry_on_error")
}
