//! Writes themes of `pass/` with their attributes expanded, as plain code, for `main.rs` to include.
//!
//! A macro's own crate can only be used by the compiler, so its modules are part of this script.

#![allow(
    dead_code,
    reason = "the modules serve `#[sqlx_transactional::test]`, too, which is left out"
)]

#[path = "../../macros/src/attribute_macro.rs"]
mod attribute_macro;
#[path = "../../macros/src/diagnostics.rs"]
mod diagnostics;
#[path = "../../macros/src/duration.rs"]
mod duration;
#[path = "../../macros/src/expansion.rs"]
mod expansion;
#[path = "../../macros/src/function.rs"]
mod function;
#[path = "../../macros/src/options.rs"]
mod options;
#[path = "../../macros/src/parameter_type.rs"]
mod parameter_type;
#[path = "../../macros/src/retry_on_error/mod.rs"]
mod retry_on_error;
#[path = "../../macros/src/return_type.rs"]
mod return_type;
#[path = "../../macros/src/runtime_path.rs"]
mod runtime_path;
#[path = "../../macros/src/session.rs"]
mod session;
#[path = "../../macros/src/signature.rs"]
mod signature;
#[path = "../../macros/src/spans.rs"]
mod spans;
#[path = "../../macros/src/transactional/mod.rs"]
mod transactional;
#[path = "../../macros/src/transactional_methods/mod.rs"]
mod transactional_methods;
#[path = "../../macros/src/type_syntax.rs"]
mod type_syntax;

use std::{env, fs, path::Path};

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Attribute, ImplItem, Item, ItemFn};

const THEMES: [&str; 9] = [
    "functions",
    "kinds",
    "methods",
    "options",
    "retry",
    "retry_alone",
    "retry_patterns",
    "retry_services",
    "services",
];

fn main() {
    println!("cargo::rerun-if-changed=../macros/src");
    let written = env::var_os("OUT_DIR").expect("cargo runs the script");
    for theme in THEMES {
        let source = format!("pass/{theme}.rs");
        println!("cargo::rerun-if-changed={source}");
        let source = fs::read_to_string(source).expect("a theme");
        let mut file = syn::parse_file(&source).expect("a theme compiles");
        // An included file cannot have attributes of its own; `main.rs` has the same lints.
        file.attrs.clear();
        expand_all(&mut file.items);
        let expanded = Path::new(&written).join(theme).with_extension("rs");
        fs::write(expanded, prettyplease::unparse(&file)).expect("it is written");
    }
}

fn expand_all(items: &mut [Item]) {
    for item in items {
        match item {
            Item::Fn(function) => *item = parsed(expand_function(function.to_token_stream())),
            Item::Mod(module) => {
                expand_all(module.content.as_mut().map_or(&mut [], |(_, items)| items));
            }
            Item::Impl(block) => match split_off(&mut block.attrs, &["transactional_methods"]) {
                Some(_) => {
                    let block = block.to_token_stream();
                    *item = parsed(transactional_methods::expand(TokenStream::new(), &block));
                }
                None => block.items.iter_mut().for_each(expand_method),
            },
            _ => {}
        }
    }
}

fn expand_method(item: &mut ImplItem) {
    if let ImplItem::Fn(method) = item {
        *method = parsed(expand_function(method.to_token_stream()));
    }
}

/// The first attribute leaves the second one where it is, as the compiler would find it.
fn expand_function(mut tokens: TokenStream) -> TokenStream {
    loop {
        let mut function: ItemFn = parsed(tokens);
        let Some(attribute) = split_off(&mut function.attrs, &["transactional", "retry_on_error"])
        else {
            return function.into_token_stream();
        };
        let expand = if function::is_called(&attribute, "retry_on_error") {
            retry_on_error::expand
        } else {
            transactional::expand
        };
        tokens = expand(
            function::options(attribute.meta),
            &function.into_token_stream(),
        );
    }
}

/// The first attribute that is called one of `names`.
fn split_off(attributes: &mut Vec<Attribute>, names: &[&str]) -> Option<Attribute> {
    let index = attributes.iter().position(|attribute| {
        names
            .iter()
            .any(|name| function::is_called(attribute, name))
    })?;
    Some(attributes.remove(index))
}

fn parsed<T: syn::parse::Parse>(tokens: TokenStream) -> T {
    syn::parse2(tokens).expect("an expansion is Rust")
}
