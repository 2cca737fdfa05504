//! The macros as plain functions, called as the compiler would call them: again for each attribute
//! that an expansion leaves.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use crate::{
    function::{self, is_called},
    retry_on_error, test, transactional, transactional_methods,
};

/// A macro.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `#[transactional]`
    Transactional,
    /// `#[retry_on_error]`
    RetryOnError,
    /// `#[transactional_methods]`
    TransactionalMethods,
    /// `#[sqlx_transactional::test]`
    Test,
}

impl Target {
    /// All macros.
    pub const ALL: [Self; 4] = [
        Self::Transactional,
        Self::RetryOnError,
        Self::TransactionalMethods,
        Self::Test,
    ];

    /// The name of the attribute.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transactional => "transactional",
            Self::RetryOnError => "retry_on_error",
            Self::TransactionalMethods => "transactional_methods",
            Self::Test => "test",
        }
    }

    pub(crate) fn expand(self, options: &TokenStream, item: &TokenStream) -> TokenStream {
        match self {
            Self::Transactional => transactional::expand(options.clone(), item),
            Self::RetryOnError => retry_on_error::expand(options.clone(), item),
            Self::TransactionalMethods => transactional_methods::expand(options.clone(), item),
            Self::Test => test::expand(options.clone(), item),
        }
    }
}

/// The first of the items that is a function with one of the attributes: the macro, its options,
/// and the function without that attribute. The rest are the items around it.
pub(crate) struct Below {
    pub(crate) target: Target,
    pub(crate) options: TokenStream,
    pub(crate) item: TokenStream,
    pub(crate) before: TokenStream,
    pub(crate) after: TokenStream,
}

pub(crate) fn below(expansion: &TokenStream) -> Option<Below> {
    let mut items = syn::parse2::<syn::File>(expansion.clone()).ok()?.items;
    for (index, item) in items.iter_mut().enumerate() {
        let syn::Item::Fn(function) = item else {
            continue;
        };
        let ours = |attribute: &syn::Attribute| {
            [Target::Transactional, Target::RetryOnError]
                .into_iter()
                .find(|target| is_called(attribute, target.name()))
        };
        let Some((place, target)) = function
            .attrs
            .iter()
            .enumerate()
            .find_map(|(place, attribute)| Some((place, ours(attribute)?)))
        else {
            continue;
        };
        let options = function::options(function.attrs.remove(place).meta);
        let item = function.to_token_stream();
        let after = items
            .split_off(index + 1)
            .iter()
            .map(quote::ToTokens::to_token_stream)
            .collect();
        let before = items[..index]
            .iter()
            .map(quote::ToTokens::to_token_stream)
            .collect();
        return Some(Below {
            target,
            options,
            item,
            before,
            after,
        });
    }
    None
}
