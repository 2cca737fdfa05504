//! The expansion of a valid [`Model`], and the parts of [`Retry`] that the expansion of
//! `#[transactional]` has too. Nothing can fail here.
//!
//! Spans follow the rule in `crate::spans`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{FnArg, Signature, spanned::Spanned as _};

use super::{
    bindings::strip_parameter,
    model::{Model, Retry},
};
use crate::{
    expansion::{body, flag, path_of, setting},
    function::{Body, Function},
    return_type::{Returned, error_type},
    runtime_path::RuntimePath,
    spans::mixed_site_at,
};

impl Retry {
    /// `Retry::new().attempts(5)`, with the options that are written. The runtime has the defaults.
    pub(crate) fn policy(&self, runtime: &RuntimePath) -> TokenStream {
        let mixed_site = Span::mixed_site();
        let private = runtime.private(mixed_site);
        let attempts = setting("attempts", self.attempts.map(u64::from));
        let delays = [
            setting("min_delay", self.min_delay),
            setting("max_delay", self.max_delay),
        ];
        let max_elapsed = setting("max_elapsed", self.max_elapsed);
        let idempotent = flag("idempotent", self.idempotent);
        let exactly_once = flag("exactly_once", self.exactly_once);
        quote_spanned!(mixed_site=> #private::Retry::new() #attempts #(#delays)* #max_elapsed #idempotent #exactly_once)
    }

    /// The statements that clone the arguments for one attempt. `outside` is code of the user's
    /// that runs before the attempts and may use the arguments too.
    pub(crate) fn clones(
        &self,
        body: &Body,
        outside: &TokenStream,
        runtime: &RuntimePath,
    ) -> TokenStream {
        let body = body.braces.stream();
        let needed = self
            .bindings
            .iter()
            .filter(|binding| binding.is_needed_in(&body));
        needed
            .map(|binding| binding.clone_for_attempt(outside, runtime))
            .collect()
    }

    /// `.when(|outcome| matches(outcome, is_busy))`, or nothing without the option. The compiler
    /// reports a function that does not fit at its path.
    pub(crate) fn when(&self, returned: &Returned, runtime: &RuntimePath) -> TokenStream {
        let Some(when) = &self.when else {
            return TokenStream::new();
        };
        let span = mixed_site_at(when.span());
        let private = runtime.private(span);
        // The compiler also shows where the type of the error comes from.
        let outcome = Ident::new("outcome", mixed_site_at(returned.inferred.span()));
        let matches = quote_spanned!(span=> #private::matches(#outcome, #when));
        quote_spanned!(Span::mixed_site()=> .when(|#outcome| #matches))
    }

    /// Takes `mut` off the parameters that are cloned for each attempt: the attempts change the
    /// clones only.
    pub(crate) fn strip_parameters(signature: &mut Signature, session: Option<usize>) {
        for (index, argument) in signature.inputs.iter_mut().enumerate() {
            match argument {
                FnArg::Typed(parameter) if Some(index) != session => strip_parameter(parameter),
                FnArg::Typed(_) | FnArg::Receiver(_) => {}
            }
        }
    }
}

/// Input:
/// ```text
/// #[retry_on_error]
/// async fn fetch(client: &Client, mut url: String) -> Result<Page, FetchError> { BODY }
/// ```
/// Output:
/// ```text
/// async fn fetch(client: &Client, url: String) -> Result<Page, FetchError> {
///     // One error here if the return type does not fit.
///     repeats::<Result<Page, FetchError>>();
///     // How to classify a `FetchError`.
///     let look = ..;
///     let mut calls = Calls::new("shop::fetch", Retry::new(), look);
///     loop {
///         let client = clone_for_attempt(&client);
///         let mut url = clone_for_attempt(&url);
///         let outcome = (async move { BODY }).await;
///         // Return the outcome, or sleep before the next attempt.
///         if let Break(outcome) = calls.after(outcome).await { break outcome; }
///     }
/// }
/// ```
/// The full output is in `tests/snapshots/retry_fetch.rs`.
pub(super) fn repeated(model: &Model) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let (check, repeat) = (check(model), repeat(model));
    let (clones, body) = (
        model
            .retry
            .clones(&model.function.body, &TokenStream::new(), &model.runtime),
        body(&model.returned, &model.function.body),
    );
    let returned = &model.returned.inferred;
    let attempts = quote_spanned! {mixed_site=>
        loop {
            #clones
            let outcome: #returned = #body.await;
            if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
                break outcome;
            }
        }
    };
    let mut head = Function {
        ..model.function.clone()
    };
    Retry::strip_parameters(&mut head.signature, None);
    let inner = &head.body.inner_attributes;
    let mut tokens = TokenStream::new();
    head.head_to_tokens(&mut tokens);
    head.body
        .with_content(quote_spanned!(mixed_site=> #(#inner)* #check #repeat #attempts))
        .to_tokens(&mut tokens);
    tokens
}

/// A call that does not compile if the return type does not tell whether an attempt failed. The
/// error is shown at the return type.
fn check(model: &Model) -> TokenStream {
    let checked = &model.returned.checked;
    let span = model.runtime.user_span(checked.span());
    let private = model.runtime.private(span);
    quote_spanned!(span=> #private::repeats::<#checked>();)
}

/// `let look = ..; let mut calls = ..;`
///
/// `Chain`, `Inside`, the third trait and `Unfit` are implemented for one reference less each. So
/// method lookup, which takes off one reference after the other, finds the first of them that the
/// type has. The third is for errors that cannot be classified. Without `when` it does not compile,
/// with one error at the error's type.
fn repeat(model: &Model) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let Model {
        function,
        retry,
        returned,
        runtime,
    } = model;
    let private = runtime.private(mixed_site);
    let third = Ident::new(
        if retry.when.is_some() {
            "Opaque"
        } else {
            "Refused"
        },
        mixed_site,
    );
    let (policy, when, path) = (
        retry.policy(runtime),
        retry.when(returned, runtime),
        path_of(&function.signature.ident),
    );
    let inferred = &returned.inferred;
    let span = runtime.user_span(error_type(inferred).unwrap_or(inferred).span());
    let (sight, look) = (
        Ident::new("sight", span),
        quote_spanned!(span=> sight.look()),
    );
    quote_spanned! {mixed_site=>
        let look = {
            use #private::{Chain as _, Inside as _, #third as _, Unfit as _};
            let #sight = &&&&#private::Sight::<#inferred>::new();
            #look
        } #when;
        let mut calls = #private::Calls::new(#path, #policy, look);
    }
}
