//! Expansions as checked-in files under tests/snapshots, one for each option, shape and mistake. `UPDATE_EXPECT=1`
//! writes them; read the difference as a user would.

mod mistakes;
mod options;
mod shapes;

use expect_test::expect_file;
use proc_macro2::TokenStream;

/// What stands above the item in `source`, and the item.
fn split(source: &str, attribute: &str) -> (TokenStream, TokenStream) {
    let source = source.trim().strip_prefix(&format!("#[{attribute}")).unwrap();
    let (options, item) = source.split_once("]\n").unwrap();
    let options = options.strip_prefix('(').and_then(|options| options.strip_suffix(')')).unwrap_or(options);
    (options.parse().unwrap(), item.parse().unwrap())
}

/// Compares the expansion of `source`, which begins with `#[transactional..]`, with tests/snapshots/`name`.rs.
fn check(name: &str, source: &str) {
    let (options, item) = split(source, "transactional");
    compare(name, &crate::transactional::expand(options, &item));
}

/// The same for `#[transactional_methods]`.
fn check_methods(name: &str, source: &str) {
    let (options, item) = split(source, "transactional_methods");
    compare(name, &crate::transactional_methods::expand(options, &item));
}

fn compare(name: &str, expansion: &TokenStream) {
    let file = syn::parse2(expansion.clone()).or_else(|_| {
        // Methods are no items: they are shown in a block of their own.
        syn::parse2(quote::quote!(impl Type { #expansion }))
    });
    // A line for each part of a message, as the compiler prints it.
    let text = prettyplease::unparse(&file.unwrap()).replace("\\n", "\\n\\\n");
    expect_file![format!("{}/tests/snapshots/{name}.rs", env!("CARGO_MANIFEST_DIR"))].assert_eq(&text);
}
