//! The rules about `async`, `const`, `extern` and repeated attributes, which all macros on
//! functions share. Each rule speaks in the words of the [`AttributeMacro`] that it is called for.
//!
//! The rules about the return type are in `return_type`, those about parameters in each macro.

use syn::{FnArg, PatType, ReturnType, Signature};

use crate::{
    attribute_macro::AttributeMacro,
    diagnostics::{Diagnostics, Message},
    function::Function,
    return_type::is_boxed_future,
};

/// A macro above that boxes the future has left a function that is no longer async, and has added
/// lifetimes to its parameters. Every other rule would report code that the user never wrote.
pub(crate) fn check_not_rewritten(signature: &Signature) -> syn::Result<()> {
    match &signature.output {
        ReturnType::Type(_, ty) if signature.asyncness.is_none() && is_boxed_future(ty) => {
            Err(Message::new("this method was already rewritten to return a boxed future")
                .note("a macro on the block, like `#[async_trait]`, expands before the attributes inside")
                .help("write `#[transactional_methods]` above it on the `impl` block")
                .at(signature.fn_token))
        }
        _ => Ok(()),
    }
}

/// The second attribute would expand the function that the first one has generated.
pub(crate) fn check_written_once(
    function: &mut Function,
    attribute: &AttributeMacro,
    diagnostics: &mut Diagnostics,
) {
    for second in function.take_attributes(attribute.name) {
        let message = Message::new(format_args!("`#[{}]` is written twice", attribute.name))
            .help("keep one of them");
        diagnostics.report(second.path(), message);
    }
}

pub(crate) fn check_async(
    signature: &Signature,
    attribute: &AttributeMacro,
    diagnostics: &mut Diagnostics,
) {
    if signature.asyncness.is_none() {
        let message = Message::new(format_args!("`#[{}]` needs an `async fn`", attribute.name))
            .note(attribute.why_async)
            .help("write `async fn`");
        diagnostics.report(signature.fn_token, message);
    }
}

/// `unsafe` stays in the signature, as it concerns the callers only. The other qualifiers are taken
/// off once they are reported: rustc has errors of its own about them on an `async fn`.
pub(crate) fn check_qualifiers(
    signature: &mut Signature,
    attribute: &AttributeMacro,
    diagnostics: &mut Diagnostics,
) {
    let cannot = |what: &str| Message::new(format_args!("{what} cannot {}", attribute.action));
    if let Some(constness) = signature.constness.take() {
        diagnostics.report(constness, cannot("a `const fn`").help("remove `const`"));
    }
    if let Some(abi) = signature.abi.take() {
        let message = cannot("an `extern` function")
            .note("its caller could not await it")
            .help("remove `extern`, and call the function from one that is `extern`");
        diagnostics.report(abi, message);
    }
    if let Some(variadic) = signature.variadic.take() {
        diagnostics.report(variadic, cannot("a variadic function").help("take a slice"));
    }
}

/// The parameters without `self`, with their indices.
pub(crate) fn typed_parameters(signature: &Signature) -> impl Iterator<Item = (usize, &PatType)> {
    signature
        .inputs
        .iter()
        .enumerate()
        .filter_map(|(index, argument)| match argument {
            FnArg::Typed(parameter) => Some((index, parameter)),
            FnArg::Receiver(_) => None,
        })
}
