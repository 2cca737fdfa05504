//! Where the compiler shows generated tokens, and which names they can see: spans.
//!
//! All expansions follow one rule. Tokens that rustc may complain about get the location of the
//! user's own token, everything else has none. The hygiene of names of ours is `mixed_site`, so
//! that the body cannot name them, and they cannot capture a name of the body's.

use proc_macro2::{Group, Span, TokenStream, TokenTree};

/// A span that shows `location` to the reader, with the hygiene of a name of ours.
pub(crate) fn mixed_site_at(location: Span) -> Span {
    Span::mixed_site().located_at(location)
}

/// The tokens with the hygiene that they have, shown at `location`.
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
