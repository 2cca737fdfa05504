//! The attribute macros that are written on functions: the name of each one, and its texts for the
//! messages of the rules that they share.
//!
//! The rules themselves are in `signature` and `return_type`, and take the macro as an argument.
//! What an attribute does is in the module of its name.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::{
    diagnostics::Message,
    function::{Function, item_kind},
};

pub(crate) const TRANSACTIONAL: AttributeMacro = AttributeMacro {
    name: "transactional",
    action: "run a transaction",
    why_async: "beginning and ending a transaction awaits the database",
    why_result: "`Ok` commits, `Err` rolls back",
    why_error: "a failure of the transaction itself is returned as this error, through `From<sqlx::Error>`",
    takes_responses: true,
    target: "that needs a transaction",
    help_on_impl: "write `#[transactional]` on each method that needs a transaction, and `#[transactional_methods]` here",
    missing_body: "no transaction to run",
    help_without_body: "annotate the method where it is implemented, with `from = ..`",
};

pub(crate) const RETRY_ON_ERROR: AttributeMacro = AttributeMacro {
    name: "retry_on_error",
    action: "run again",
    why_async: "between two attempts it waits",
    why_result: "an `Err` is what it runs again on",
    why_error: "it tells whether to run again",
    takes_responses: false,
    target: "that may run again",
    help_on_impl: "write it on each method that may run again",
    missing_body: "nothing to run again",
    help_without_body: "annotate the method where it is implemented",
};

pub(crate) const TEST: AttributeMacro = AttributeMacro {
    name: "sqlx_transactional::test",
    action: "be a test",
    why_async: "a test awaits its database",
    why_result: "a test may return whatever `#[test]` allows",
    why_error: "a test may return whatever `#[test]` allows",
    takes_responses: false,
    target: "that is a test",
    help_on_impl: "a test is a function of its own: move it out of the block",
    missing_body: "nothing to test",
    help_without_body: "a test is a function of its own",
};

pub(crate) struct AttributeMacro {
    /// The attribute's name.
    pub(crate) name: &'static str,
    /// What the attribute makes a function do. Completes "a `const fn` cannot ..".
    pub(crate) action: &'static str,
    /// Why the function must be async.
    pub(crate) why_async: &'static str,
    /// Why the function must return a `Result`.
    pub(crate) why_result: &'static str,
    /// Why the error type of the `Result` must be named.
    pub(crate) why_error: &'static str,
    /// Whether the function can return `impl IntoResponse`.
    pub(crate) takes_responses: bool,
    /// Which functions it is for. Completes "write it on each `async fn` ..".
    target: &'static str,
    /// What to do instead of writing it on an `impl` block.
    help_on_impl: &'static str,
    /// What a method without a body lacks. Completes "a method without a body has ..".
    missing_body: &'static str,
    /// What to do instead of writing it on a method without a body.
    help_without_body: &'static str,
}

impl AttributeMacro {
    /// Parses the annotated item as a function. `Err` holds the item as it was written, and the
    /// error that says why it is not a function.
    pub(crate) fn parse_function(&self, item: &TokenStream) -> Result<Function, TokenStream> {
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
        let span_of = keyword.map_or_else(|| item.clone(), ToTokens::into_token_stream);
        let has_no_body = item
            .clone()
            .into_iter()
            .last()
            .is_some_and(|last| last.to_string() == ";");
        let Self { name, target, .. } = self;
        let message = match kind {
            "a function" if has_no_body => Message::new(format_args!(
                "a method without a body has {}",
                self.missing_body
            ))
            .help(self.help_without_body),
            "a function" => return None,
            _ => Message::new(format_args!(
                "`#[{name}]` needs an `async fn`, this is {kind}"
            ))
            .help(match kind {
                "an `impl` block" => self.help_on_impl.to_owned(),
                _ => format!("write it on each `async fn` {target}"),
            }),
        };
        Some(message.at(span_of))
    }
}
