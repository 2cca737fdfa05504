//! What both expansions have for a function that is repeated, and the whole of the one without a
//! transaction. Nothing can fail here. Spans follow the rule of `transactional/expand.rs`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{FnArg, Signature, spanned::Spanned as _};

use super::{
    bindings::make_outer,
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
    /// `Retry::new().attempts(5)`: what was written, the rest is the runtime's.
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

    /// The clones of one attempt. Code of the user's that is `outside` of them may be all that uses
    /// an argument.
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

    /// Which errors are retried too, as the user's function says: whether it fits, the compiler
    /// says at its path.
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

    /// What is cloned for each attempt is only looked at outside.
    pub(crate) fn make_outer(signature: &mut Signature, session: Option<usize>) {
        for (index, argument) in signature.inputs.iter_mut().enumerate() {
            match argument {
                FnArg::Typed(parameter) if Some(index) != session => make_outer(parameter),
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
///     repeats::<Result<Page, FetchError>>();          // the return type fits, or one error says why not
///     let look = ..;                                  // how to find out what a `FetchError` is
///     let mut calls = Calls::new("shop::fetch", Retry::new(), look);
///     loop {
///         let client = clone_for_attempt(&client);
///         let mut url = clone_for_attempt(&url);
///         let outcome = (async move { BODY }).await;
///         if let Break(outcome) = calls.after(outcome).await { break outcome; }     // or sleep
///     }
/// }
/// ```
/// `tests/snapshots/retry_fetch.rs` is the whole of it.
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
    Retry::make_outer(&mut head.signature, None);
    let inner = &head.body.inner_attributes;
    let mut tokens = TokenStream::new();
    head.head_to_tokens(&mut tokens);
    head.body
        .with_content(quote_spanned!(mixed_site=> #(#inner)* #check #repeat #attempts))
        .to_tokens(&mut tokens);
    tokens
}

/// One error, on the return type, where nothing tells whether an attempt failed.
fn check(model: &Model) -> TokenStream {
    let checked = &model.returned.checked;
    let span = model.runtime.user_span(checked.span());
    let private = model.runtime.private(span);
    quote_spanned!(span=> #private::repeats::<#checked>();)
}

/// The traits answer in this order; for one type only the first that fits is used. The third knows
/// nothing of an error: without `when` that is one error, on its type.
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
