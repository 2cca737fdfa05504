//! Expansions as checked-in files under tests/snapshots, one for each option, shape and mistake.
//! `UPDATE_EXPECT=1` writes them; read the difference as a user would.

/// One test a row: its name, which is the snapshot's with the check's prefix, and the source.
macro_rules! snapshots {
    ($check:ident as $prefix:literal: $($name:ident $source:literal)*) => { $(
        #[test]
        fn $name() {
            $check(concat!($prefix, stringify!($name)), $source);
        }
    )* };
}

mod mistakes;
mod options;
mod retry;
mod retry_mistakes;
mod shapes;
mod test;

use std::collections::BTreeSet;

use expect_test::expect_file;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use crate::{diagnostics::Diagnostics, function, options::Known};

/// What stands above the item in `source`, and the item.
fn split(source: &str, attribute: &str) -> (TokenStream, TokenStream) {
    let source = source
        .trim()
        .strip_prefix(&format!("#[{attribute}"))
        .unwrap();
    let (options, item) = source.split_once("]\n").unwrap();
    let options = options
        .strip_prefix('(')
        .and_then(|options| options.strip_suffix(')'))
        .unwrap_or(options);
    (options.parse().unwrap(), item.parse().unwrap())
}

/// Compares the expansion of `source`, which begins with `#[transactional..]`, with
/// tests/snapshots/`name`.rs.
fn check(name: &str, source: &str) {
    let (options, item) = split(source, "transactional");
    compare(name, &crate::transactional::expand(options, &item));
}

/// The same for `#[transactional_methods]`.
fn check_methods(name: &str, source: &str) {
    let (options, item) = split(source, "transactional_methods");
    compare(name, &crate::transactional_methods::expand(options, &item));
}

/// The same for `#[sqlx_transactional::test]`.
fn check_test(name: &str, source: &str) {
    let (options, item) = split(source, "test");
    compare(name, &crate::test::expand(options, &item));
}

/// The same for `#[retry_on_error]`, and for the `#[transactional]` below it.
fn check_retry(name: &str, source: &str) {
    let (options, item) = split(source, "retry_on_error");
    let expansion: syn::File = syn::parse2(crate::retry_on_error::expand(options, &item)).unwrap();
    let expansion: TokenStream = expansion.items.into_iter().map(expand_below).collect();
    compare(name, &expansion);
}

fn expand_below(item: syn::Item) -> TokenStream {
    let syn::Item::Fn(mut item) = item else {
        return item.into_token_stream();
    };
    match split_off(&mut item.attrs, &["transactional"]) {
        Some(attribute) => {
            crate::transactional::expand(function::options(attribute.meta), &quote!(#item))
        }
        None => item.into_token_stream(),
    }
}

/// The first attribute that is called one of `names`.
fn split_off(attributes: &mut Vec<syn::Attribute>, names: &[&str]) -> Option<syn::Attribute> {
    let index = attributes.iter().position(|attribute| {
        names
            .iter()
            .any(|name| function::is_called(attribute, name))
    })?;
    Some(attributes.remove(index))
}

/// The first example of a page, whose expansion the page shows.
fn first_example(page: &str) -> &str {
    page.split("```")
        .nth(1)
        .unwrap()
        .strip_prefix("text\n")
        .unwrap()
}

/// Every example in a help line is accepted, and what is documented is what is read.
fn check_known(
    known: &[Known],
    documentation: &str,
    parse: impl Fn(TokenStream, &mut Diagnostics),
) {
    for option in known {
        let mut diagnostics = Diagnostics::default();
        parse(option.example.parse().unwrap(), &mut diagnostics);
        assert!(diagnostics.finish().is_ok(), "{}", option.example);
    }
    let rows = documentation
        .lines()
        .filter_map(|line| line.strip_prefix("| `"));
    let documented: BTreeSet<&str> = rows
        .filter_map(|row| row.split(['`', ' ', '(']).next())
        .collect();
    let read: BTreeSet<&str> = known.iter().map(|known| known.key).collect();
    assert_eq!(documented, read);
}

fn compare(name: &str, expansion: &TokenStream) {
    let file = syn::parse2(expansion.clone()).or_else(|_| {
        // Methods are no items: they are shown in a block of their own.
        syn::parse2(quote!(impl Type { #expansion }))
    });
    // A line for each part of a message, as the compiler prints it.
    let text = prettyplease::unparse(&file.unwrap()).replace("\\n", "\\n\\\n");
    expect_file![format!(
        "{}/tests/snapshots/{name}.rs",
        env!("CARGO_MANIFEST_DIR")
    )]
    .assert_eq(&text);
}
