//! The attribute macros of `sqlx-transactional`. Depend on that crate: it re-exports them, and
//! their expansions use it.
//!
//! Each macro has a folder: `args` reads the options, `model` holds the rules, and `expand`
//! generates the code. The files beside the folders are shared. This file has only the entry points
//! that the compiler calls, and their documentation.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test that cannot go on has failed"
    )
)]

mod attribute_macro;
mod diagnostics;
mod duration;
mod expansion;
mod function;
mod options;
mod parameter_type;
mod retry_on_error;
mod return_type;
mod runtime_path;
mod session;
mod signature;
mod spans;
mod test;
#[cfg(test)]
mod tests;
mod transactional;
mod transactional_methods;
mod type_syntax;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/transactional.md")]
/// # Expansion
///
/// The `transfer` above becomes
///
/// ```text
#[doc = include_str!("../tests/snapshots/transfer.rs")]
/// ```
///
/// With `from` the parameter is gone, and the expression is evaluated once, before the call begins.
/// The rest is the same.
///
/// <details><summary><code>#[transactional(from = &amp;shop.db)]</code></summary>
///
/// ```text
#[doc = include_str!("../tests/snapshots/option_from.rs")]
/// ```
/// </details>
///
/// Other options are values that the runtime is given. The savepoint of `nested`, for example, is
/// set and released by `run`.
///
/// <details><summary><code>#[transactional(timeout = "2s", nested)]</code></summary>
///
/// ```text
#[doc = include_str!("../tests/snapshots/option_nested_with_timeout.rs")]
/// ```
/// </details>
#[proc_macro_attribute]
pub fn transactional(options: TokenStream, item: TokenStream) -> TokenStream {
    transactional::expand(options.into(), &item.into()).into()
}

#[doc = include_str!("../docs/retry_on_error.md")]
/// # Expansion
///
/// The `transfer` above becomes
///
/// ```text
#[doc = include_str!("../tests/snapshots/retry_transfer.rs")]
/// ```
///
/// and `fetch`
///
/// ```text
#[doc = include_str!("../tests/snapshots/retry_fetch.rs")]
/// ```
#[proc_macro_attribute]
pub fn retry_on_error(options: TokenStream, item: TokenStream) -> TokenStream {
    retry_on_error::expand(options.into(), &item.into()).into()
}

#[doc = include_str!("../docs/transactional_methods.md")]
/// # Expansion
///
/// `#[async_trait]` sees this of the block above:
///
/// <details><summary><code>#[async_trait] impl Orders for Shop</code></summary>
///
/// ```text
#[doc = include_str!("../tests/snapshots/methods_orders.rs")]
/// ```
/// </details>
#[proc_macro_attribute]
pub fn transactional_methods(options: TokenStream, item: TokenStream) -> TokenStream {
    transactional_methods::expand(options.into(), &item.into()).into()
}

#[doc = include_str!("../docs/test.md")]
/// # Expansion
///
/// The `signs_up` above becomes
///
/// ```text
#[doc = include_str!("../tests/snapshots/test_signs_up.rs")]
/// ```
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(options.into(), &item.into()).into()
}
