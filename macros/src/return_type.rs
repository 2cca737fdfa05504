//! The return type of an annotated function: the rules about it, and its forms in generated code,
//! where `impl Trait` cannot be written.
//!
//! Whether the type implements the traits of the runtime is checked by the compiler, in code that
//! the expansion has for that.

use quote::quote_spanned;
use syn::{Path, ReturnType, Signature, Type, TypeParamBound, parse_quote, spanned::Spanned as _};

use crate::{
    attribute_macro::AttributeMacro,
    diagnostics::{Diagnostics, Message, as_typed},
    type_syntax::{find_impl_trait, last_segment, type_arguments, ungroup, without_impl_trait},
};

/// The return type as generated code writes it.
pub(crate) struct Returned {
    /// With `_` for each `impl Trait`: the compiler fills in what the body returns.
    pub(crate) inferred: Type,
    /// With `()` for each `impl Trait`: for a check that has no body to infer from.
    pub(crate) checked: Type,
    /// The `IntoResponse` of a function that returns `impl IntoResponse`. The expansion calls its
    /// `into_response` on the body's value.
    pub(crate) into_response: Option<Path>,
}

impl Returned {
    const fn new(inferred: Type, checked: Type) -> Self {
        Self {
            inferred,
            checked,
            into_response: None,
        }
    }
}

/// Traits of the runtime read off the return type whether the call succeeded, and what its error
/// is. So the type must be written, and no `impl Trait` may hide what they look at.
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
    if let Some(into_response) = response_trait(ty).filter(|_| attribute.takes_responses) {
        return Returned {
            inferred: Type::Verbatim(quote_spanned!(ty.span()=> _)),
            checked: parse_quote!(()),
            into_response: Some(into_response.clone()),
        };
    }
    check_not_hidden(ty, attribute, diagnostics);
    Returned::new(
        without_impl_trait(ty, &parse_quote!(_)),
        without_impl_trait(ty, &parse_quote!(())),
    )
}

fn check_not_hidden(ty: &Type, attribute: &AttributeMacro, diagnostics: &mut Diagnostics) {
    if matches!(ungroup(ty), Type::ImplTrait(_)) {
        let message = Message::new("`impl Trait` hides whether the call succeeded")
            .note(attribute.why_result)
            .help(format_args!(
                "return `Result<{}, sqlx::Error>`, or name the type of the response",
                as_typed(ty)
            ));
        diagnostics.report(ty, message);
    } else if let Some(hidden) = error_type(ty).and_then(find_impl_trait) {
        let message = Message::new("`impl Trait` hides the error type")
            .note(attribute.why_error)
            .help("name the type");
        diagnostics.report(hidden, message);
    }
}

/// The trait of `impl IntoResponse`, axum's or poem's, or of `impl Reply`, warp's. Both have
/// `into_response(self)`.
fn response_trait(ty: &Type) -> Option<&Path> {
    let Type::ImplTrait(hidden) = ungroup(ty) else {
        return None;
    };
    hidden.bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let name = &bound.path.segments.last()?.ident;
            (name == "IntoResponse" || name == "Reply").then_some(&bound.path)
        }
        _ => None,
    })
}

/// The `E` of `Result<T, E>`. An alias such as `io::Result<T>` hides it.
pub(crate) fn error_type(ty: &Type) -> Option<&Type> {
    type_arguments(last_segment(ty)?).nth(1)
}

/// Whether the type is `Pin<Box<dyn Future<..> + ..>>`, which `#[async_trait]` makes of the return
/// type of an `async fn`.
pub(crate) fn is_boxed_future(ty: &Type) -> bool {
    let is_future = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "Future"),
        _ => false,
    };
    match argument_of(ty, "Pin")
        .and_then(|ty| argument_of(ty, "Box"))
        .map(ungroup)
    {
        Some(Type::TraitObject(object)) => object.bounds.iter().any(is_future),
        _ => false,
    }
}

/// The `T` of `name<T>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let segment = last_segment(ty)?;
    if segment.ident != name {
        return None;
    }
    type_arguments(segment).next()
}
