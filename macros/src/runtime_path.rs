//! Where generated code finds the runtime crate: `::sqlx_transactional`, or what `crate = PATH`
//! says.
//!
//! Every path in an expansion starts here, and std's are absolute, so nothing that the user imports
//! or shadows matters.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;

use crate::spans::mixed_site_at;

#[derive(Clone, Default)]
pub(crate) struct RuntimePath {
    written: Option<Path>,
}

impl RuntimePath {
    pub(crate) const fn new(written: Option<Path>) -> Self {
        Self { written }
    }

    /// The path with the span `span`: the place that an error about what follows should show.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        self.written.as_ref().map_or_else(
            || quote_spanned!(span=> ::sqlx_transactional),
            ToTokens::to_token_stream,
        )
    }

    /// The span for code that the compiler should show as the user's own at `span`. Not after a
    /// path that was written: lints would judge the whole as if the user had typed it there.
    pub(crate) fn user_span(&self, span: Span) -> Span {
        if self.written.is_some() {
            mixed_site_at(span)
        } else {
            span
        }
    }

    /// The module that only expansions use.
    pub(crate) fn private(&self, span: Span) -> TokenStream {
        let runtime = self.at(span);
        quote_spanned!(span=> #runtime::__private)
    }
}
