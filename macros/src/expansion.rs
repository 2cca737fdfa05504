//! Pieces that all expansions have: the user's body, the function's path, numbers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{LitInt, spanned::Spanned as _};

use crate::{
    function::{Body, plain_name},
    return_type::Returned,
    spans::mixed_site_at,
};

/// The user's block in an async block that knows its type before it starts: the `return` that never
/// runs pins it, so that a wrong tail, `return` or `?` is reported where it stands and not on the
/// attribute. It stands outside the user's block, whose own items could shadow the type. The
/// parentheses keep a block of one line from looking like needless braces. The async block has the
/// user's place, or the compiler would not name the arguments that it captures.
pub(crate) fn body(returned: &Returned, body: &Body) -> TokenStream {
    let (returned, braces) = (&returned.inferred, &body.braces);
    // At the return type: "return type inferred to be .. here", rustc says of it.
    let edge = quote_spanned!(mixed_site_at(returned.span())=> return edge);
    let content = quote_spanned! {Span::mixed_site()=>
        if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<#returned> {
            #edge;
        }
        (#braces)
    };
    quote_spanned!(braces.span()=> async move { #content })
}

/// The function's path.
pub(crate) fn path_of(function: &Ident) -> TokenStream {
    let function = format!("::{}", plain_name(function));
    quote_spanned!(Span::mixed_site()=> ::core::concat!(::core::module_path!(), #function))
}

/// `.key(2_000_000_000)`, where there is a value.
pub(crate) fn setting(key: &str, value: Option<u64>) -> Option<TokenStream> {
    let mixed_site = Span::mixed_site();
    let (key, number) = (
        Ident::new(key, mixed_site),
        LitInt::new(&grouped(value?), mixed_site),
    );
    Some(quote_spanned!(mixed_site=> .#key(#number)))
}

/// `.key()`, where it is on.
pub(crate) fn flag(key: &str, is_on: bool) -> Option<TokenStream> {
    let mixed_site = Span::mixed_site();
    let key = Ident::new(key, mixed_site);
    is_on.then(|| quote_spanned!(mixed_site=> .#key()))
}

/// `2_000_000_000` for two billion.
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
