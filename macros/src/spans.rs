//! Where the compiler shows generated tokens, and which names they can see: spans.
//!
//! All expansions follow one rule. A token that rustc may complain about is shown at the user's
//! token that the complaint is about, and all others at the attribute. Names of ours have the
//! hygiene of `Span::mixed_site()`, so that the body cannot mention them.

use proc_macro2::{Group, Span, TokenStream, TokenTree};

/// A span for generated tokens that the compiler shows at `location`.
pub(crate) fn mixed_site_at(location: Span) -> Span {
    Span::mixed_site().located_at(location)
}

/// The tokens, shown at `location`. The names in them still mean what they mean where the user
/// wrote them.
pub(crate) fn located_at(tokens: TokenStream, location: Span) -> TokenStream {
    let relocate = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &mut token {
            *group = Group::new(group.delimiter(), located_at(group.stream(), location));
        }
        token.set_span(token.span().located_at(location));
        token
    };
    tokens.into_iter().map(relocate).collect()
}
