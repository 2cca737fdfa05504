//! The rules about signatures that the attributes share, each in the words of the attribute that it
//! speaks for.

use quote::quote_spanned;
use syn::{Path, ReturnType, Signature, Type, parse_quote, spanned::Spanned as _};

use crate::{
    attribute_macro::AttributeMacro,
    diagnostics::{Diagnostics, Message, as_typed},
    function::Function,
    return_type::{
        find_impl_trait, is_boxed_future, last_segment, plain, response_trait, type_arguments,
        without_impl_trait,
    },
};

/// The return type, for places where `impl Trait` cannot be written.
pub(crate) struct Returned {
    /// With `_` for each `impl Trait`: the compiler fills in what the body returns.
    pub(crate) inferred: Type,
    /// With `()`: for a check that has no body to infer from.
    pub(crate) checked: Type,
    /// `impl IntoResponse`: the trait, whose method makes of the body's value the response that is
    /// returned.
    pub(crate) made_by: Option<Path>,
}

impl Returned {
    const fn new(inferred: Type, checked: Type) -> Self {
        Self {
            inferred,
            checked,
            made_by: None,
        }
    }
}

/// A macro above that boxes the future has left us a function that is no longer async, and
/// lifetimes of its own on the arguments: whatever else we could say would be about code that the
/// user never wrote.
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

/// The second attribute would work on what the first has made of the function.
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

/// `unsafe` is the callers' matter and stays. The others leave the signature once they are
/// reported: rustc has its own errors about them on an `async fn`.
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

/// Whether the call succeeded, and what an error is, is read off the return type by traits of the
/// runtime. So there must be one, and what they look at must not be hidden.
pub(crate) fn check_return_type(
    signature: &Signature,
    attribute: &AttributeMacro,
    diagnostics: &mut Diagnostics,
) -> Returned {
    let ReturnType::Type(_, ty) = &signature.output else {
        let message = Message::new("the function returns nothing")
            .note(attribute.why_result)
            .help("return a `Result`: `-> Result<(), sqlx::Error>`");
        diagnostics.report(&signature.ident, message);
        return Returned::new(parse_quote!(()), parse_quote!(()));
    };
    if let Some(made_by) = attribute
        .takes_responses
        .then(|| response_trait(ty))
        .flatten()
    {
        let inferred = Type::Verbatim(quote_spanned!(ty.span()=> _));
        return Returned {
            inferred,
            checked: parse_quote!(()),
            made_by: Some(made_by.clone()),
        };
    }
    if matches!(plain(ty), Type::ImplTrait(_)) {
        let message = Message::new("`impl Trait` hides whether the call succeeded")
            .note(attribute.why_result)
            .help(format_args!(
                "return `Result<{}, sqlx::Error>`, or name the type of the response",
                as_typed(ty)
            ));
        diagnostics.report(ty, message);
    } else if let Some(hidden) = last_segment(ty)
        .and_then(|segment| type_arguments(segment).nth(1))
        .and_then(find_impl_trait)
    {
        diagnostics.report(
            hidden,
            Message::new("`impl Trait` hides the error type")
                .note(attribute.why_error)
                .help("name the type"),
        );
    }
    Returned::new(
        without_impl_trait(ty, &parse_quote!(_)),
        without_impl_trait(ty, &parse_quote!(())),
    )
}
