//! The path of the runtime crate in generated code: `::sqlx_transactional`, or the path that the
//! option `crate = PATH` gives.
//!
//! Every path of ours in an expansion starts with it, and those of std are absolute. So an
//! expansion does not depend on what the user imports or shadows.

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

    /// The path, shown at `span`. A path that the user wrote keeps its own span.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        self.written.as_ref().map_or_else(
            || quote_spanned!(span=> ::sqlx_transactional),
            ToTokens::to_token_stream,
        )
    }

    /// The span for generated code that the compiler should take for the user's own at `span`. With
    /// `crate = PATH` it is a span of generated code: lints would judge the path, which the user
    /// wrote, and the code after it together.
    pub(crate) fn user_span(&self, span: Span) -> Span {
        if self.written.is_some() {
            mixed_site_at(span)
        } else {
            span
        }
    }

    /// The path of `__private`, the module that only expansions use.
    pub(crate) fn private(&self, span: Span) -> TokenStream {
        let runtime = self.at(span);
        quote_spanned!(span=> #runtime::__private)
    }
}
