//! The statements that drive the runtime's `Run`: its options, the lease of a session, the body,
//! and the end of an attempt.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{
    super::model::{Model, Origin},
    checks::into_response,
    signature::source_trait,
};
use crate::{
    expansion::{body, flag, path_of, setting},
    spans::mixed_site_at,
};

pub(super) fn run(model: &Model) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let (private, origin, name, options) = (
        model.runtime.private(mixed_site),
        origin(model),
        transaction_name(model),
        options(model),
    );
    quote_spanned!(mixed_site=> let mut run = #private::Run::new(#origin, #private::Options::new(#name) #options);)
}

fn options(model: &Model) -> TokenStream {
    let (timeout, lock_timeout) = (
        setting("timeout", model.timeout),
        setting("lock_timeout", model.begin.lock_timeout),
    );
    let (nested, requires_new) = (
        flag("nested", model.nested),
        flag("requires_new", model.begin.requires_new),
    );
    let (deferrable, relaxed) = (
        flag("deferrable", model.begin.deferrable.is_some()),
        flag("relaxed", model.begin.relaxed.is_some()),
    );
    let retry = model
        .retry
        .as_ref()
        .map(|retry| retry.policy(&model.runtime));
    let retry = retry.map(|policy| quote_spanned!(Span::mixed_site()=> .retry(#policy)));
    quote!(#timeout #nested #requires_new #lock_timeout #deferrable #relaxed #retry)
}

fn origin(model: &Model) -> TokenStream {
    if let Origin::From(expression) = &model.origin {
        let span = mixed_site_at(expression.span());
        let (runtime, database) = (
            model.runtime.at(span),
            model.session.database(&model.runtime),
        );
        return quote_spanned!(span=> #runtime::Begin::<#database>::origin(#expression));
    }
    let (source, session) = (
        source_trait(model, Span::mixed_site(), Span::mixed_site()),
        &model.session.name,
    );
    quote_spanned!(Span::mixed_site()=> #source::origin(#session))
}

/// The `name` option, or the function's path.
fn transaction_name(model: &Model) -> TokenStream {
    model.name.as_ref().map_or_else(
        || path_of(&model.function.signature.ident),
        ToTokens::to_token_stream,
    )
}

/// `let mut session = ..`: the session that the call owns. The whole binding has the span of the
/// user's parameter. If the body lets the session escape, the escape borrows from this binding, and
/// the compiler shows its one error at the parameter.
pub(super) fn lease(model: &Model) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let (private, mode, name) = (
        model.runtime.private(mixed_site),
        model.session.mode(&model.runtime),
        &model.session.name,
    );
    let binding = quote_spanned!(name.span()=> let mut #name =);
    // At the return type, because rustc says of this code: "returning this value requires that
    // `session` is borrowed for ..".
    let span = mixed_site_at(model.returned.inferred.span());
    let failed = if model.retry.is_some() {
        quote_spanned! {span=>
            match run.again(failure, exit).await {
                ::core::ops::ControlFlow::Continue(()) => continue,
                ::core::ops::ControlFlow::Break(outcome) => return outcome,
            }
        }
    } else {
        quote_spanned!(span=> return exit.failed(failure))
    };
    quote_spanned! {mixed_site=>
        #binding match run.lease(<#mode as #private::Level>::MARKER).await {
            ::core::result::Result::Ok(leased) => leased,
            ::core::result::Result::Err(failure) => #failed,
        };
    }
}

/// `let outcome = ..`: the body runs once, over a session that it only borrows.
pub(super) fn attempt(model: &Model) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let (private, returned, lend, body) = (
        model.runtime.private(mixed_site),
        &model.returned.inferred,
        lend(model),
        body(&model.returned, model.body()),
    );
    // At the return type, because rustc says of this code: "type annotation requires that `session`
    // is borrowed for ..".
    let binding = quote_spanned!(mixed_site_at(returned.span())=> let outcome: ::core::option::Option<#returned> =);
    let ended = quote_spanned!(mixed_site=> #private::within(run.deadline(), #private::inside(run.held(), #body)).await);
    // At the return type, because rustc says here that the value is not a response.
    let span = model.runtime.user_span(returned.span());
    let outcome = match into_response(model, &quote_spanned!(span=> _), span) {
        Some(method) => quote_spanned!(span=> #private::respond(#ended, #method)),
        None => ended,
    };
    quote_spanned!(mixed_site=> #binding { #lend #outcome };)
}

/// `let session: &mut Session<..> = &mut session`: the body's view of the session. It is unsized,
/// so that the body can neither move it nor swap it out of the borrow.
fn lend(model: &Model) -> TokenStream {
    let (pattern, reference, name) = (
        &model.session.pattern,
        &model.session.reference,
        &model.session.name,
    );
    quote_spanned!(name.span()=> let #pattern: #reference = &mut #name;)
}

pub(super) fn settle(model: &Model) -> TokenStream {
    let (mixed_site, name) = (Span::mixed_site(), &model.session.name);
    if model.retry.is_none() {
        return quote_spanned!(mixed_site=> run.settle(#name, outcome, exit).await);
    }
    quote_spanned! {mixed_site=>
        if let ::core::ops::ControlFlow::Break(outcome) = run.settle_or_retry(#name, outcome, exit).await {
            break outcome;
        }
    }
}
