//! Expansions as checked-in files under tests/snapshots: one for each option and shape, and one for
//! each way in which a mistake leaves the user's function. `UPDATE_EXPECT=1` writes them; read the
//! difference as a user would. The other mistakes are rows with the first line of each message.

/// One test a row: its name, which is the snapshot's with the prefix, and the source.
macro_rules! snapshots {
    ($prefix:literal: $($name:ident $source:literal)*) => { $(
        #[test]
        fn $name() {
            super::check(concat!($prefix, stringify!($name)), $source);
        }
    )* };
}

/// One test a row: its name, the source, and the first line of each message.
macro_rules! mistakes {
    ($($name:ident $source:literal => $($headline:literal),+;)*) => { $(
        #[test]
        fn $name() {
            super::refused::check($source, &[$($headline),+]);
        }
    )* };
}

/// One test a row: its name, and the source, which is no mistake.
macro_rules! accepted {
    ($($name:ident $source:literal)*) => { $(
        #[test]
        fn $name() {
            super::refused::check($source, &[]);
        }
    )* };
}

mod mistakes;
mod options;
mod refused;
mod retry;
mod retry_mistakes;
mod shapes;
mod test;

use std::collections::BTreeSet;

use expect_test::expect_file;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use crate::{diagnostics::Diagnostics, function, options::Known};

/// The attribute of ours that `source` begins with.
fn attribute(source: &str) -> &str {
    let attribute = source.trim().strip_prefix("#[").unwrap();
    attribute.split(['(', ']']).next().unwrap()
}

/// What the attribute of `source` is given, and the item below it.
fn split(source: &str) -> (TokenStream, TokenStream) {
    let written = format!("#[{}", attribute(source));
    let source = source.trim().strip_prefix(&written).unwrap();
    let (options, item) = source.split_once("]\n").unwrap();
    let options = options
        .strip_prefix('(')
        .and_then(|options| options.strip_suffix(')'))
        .unwrap_or(options);
    (options.parse().unwrap(), item.parse().unwrap())
}

/// What the attribute of `source` makes of the item below it, and `#[transactional]` of what
/// `#[retry_on_error]` has made.
fn expand(source: &str) -> TokenStream {
    let (options, item) = split(source);
    match attribute(source) {
        "transactional" => crate::transactional::expand(options, &item),
        "transactional_methods" => crate::transactional_methods::expand(options, &item),
        "test" => crate::test::expand(options, &item),
        "retry_on_error" => match syn::parse2(crate::retry_on_error::expand(options, &item)) {
            Ok(syn::File { items, .. }) => items.into_iter().map(expand_below).collect(),
            Err(error) => panic!("{error}: {source}"),
        },
        other => panic!("#[{other}]"),
    }
}

fn expand_below(item: syn::Item) -> TokenStream {
    let syn::Item::Fn(mut item) = item else {
        return item.into_token_stream();
    };
    let below = item
        .attrs
        .iter()
        .position(|attribute| function::is_called(attribute, "transactional"));
    match below.map(|index| item.attrs.remove(index)) {
        Some(attribute) => {
            crate::transactional::expand(function::options(attribute.meta), &quote!(#item))
        }
        None => item.into_token_stream(),
    }
}

/// Compares the expansion of `source`, which begins with one of our attributes, with
/// tests/snapshots/`name`.rs.
fn check(name: &str, source: &str) {
    compare(name, &expand(source));
}

/// The first example of a page. The page shows its expansion.
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
        let mistakes = Diagnostics::collect(|diagnostics| {
            parse(option.example.parse().unwrap(), diagnostics);
            TokenStream::new()
        });
        assert!(mistakes.is_empty(), "{}", option.example);
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
    refused::assert_shown(expansion);
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
