//! The parts that several expansions generate: the body as an async block, the function's path, and
//! calls that set an option of a builder.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{LitInt, spanned::Spanned as _};

use crate::{
    function::{Body, plain_name},
    return_type::Returned,
    spans::mixed_site_at,
};

/// Input:
/// ```text
/// { BODY }
/// ```
/// Output:
/// ```text
/// async move { if let Some(edge) = None::<Result<(), BankError>> { return edge; } ({ BODY }) }
/// ```
/// The `return` never runs. It fixes the type of the async block, so that rustc reports a wrong
/// tail, `return` or `?` where it stands and not at the attribute. It is outside the user's block
/// because items in there could shadow the type. The parentheses keep rustc from reporting the
/// inner braces as unused. The async block has the span of the user's, so that rustc names the
/// arguments that it captures.
pub(crate) fn body(returned: &Returned, body: &Body) -> TokenStream {
    let (returned, braces) = (&returned.inferred, &body.braces);
    // At the return type, because rustc says of this code: "return type inferred to be .. here".
    let edge = quote_spanned!(mixed_site_at(returned.span())=> return edge);
    let content = quote_spanned! {Span::mixed_site()=>
        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<#returned> {
            #edge;
        }
        (#braces)
    };
    quote_spanned!(braces.span()=> async move { #content })
}

/// The function's path as a string literal, such as `"bank::transfer"`.
pub(crate) fn path_of(function: &Ident) -> TokenStream {
    let function = format!("::{}", plain_name(function));
    quote_spanned!(Span::mixed_site()=> ::core::concat!(::core::module_path!(), #function))
}

/// `.key(2_000_000_000)`, or nothing without a value.
pub(crate) fn setting(key: &str, value: Option<u64>) -> Option<TokenStream> {
    let mixed_site = Span::mixed_site();
    let (key, number) = (
        Ident::new(key, mixed_site),
        LitInt::new(&grouped(value?), mixed_site),
    );
    Some(quote_spanned!(mixed_site=> .#key(#number)))
}

/// `.key()`, or nothing where it is off.
pub(crate) fn flag(key: &str, is_on: bool) -> Option<TokenStream> {
    let mixed_site = Span::mixed_site();
    let key = Ident::new(key, mixed_site);
    is_on.then(|| quote_spanned!(mixed_site=> .#key()))
}

/// The digits in groups of three: `2_000_000_000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_are_grouped() {
        for (number, expected) in [
            (1, "1"),
            (999, "999"),
            (1_000, "1_000"),
            (250_000_000, "250_000_000"),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }
}
