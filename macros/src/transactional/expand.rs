//! A valid [`Model`] as tokens. Nothing can fail here.
//!
//! Spans decide where the compiler's errors land, so they follow one rule: what rustc may complain
//! about gets the place of the user's own token, everything else is hidden. Names of ours cannot be
//! named by the body, nor the other way.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ExprPath, FnArg, ReturnType, Signature, Type, parse_quote, spanned::Spanned as _};

use super::model::{Model, Origin};
use crate::{
    expansion::{body, flag, path_of, setting},
    function::Function,
    retry_on_error::Retry,
    spans::{located_at, mixed_site_at},
};

/// Input:
/// ```text
/// #[transactional]
/// async fn transfer(session: &mut Session<Postgres>, cents: i64) -> Result<(), BankError> { BODY }
/// ```
/// Output:
/// ```text
/// async fn transfer(session: impl Source<'_, Postgres, ReadWrite>, cents: i64) -> Result<(), BankError> {
///     returns::<Result<(), BankError>>();             // the return type fits, or one error says why not
///     let exit = ..;                                  // how our failures become a `BankError`
///     let mut run = Run::new(Source::origin(session), Options::new("bank::transfer"));
///     let mut session = match run.lease(..).await { .. return exit.failed(..) };     // acquire and BEGIN, or join
///     let outcome = {
///         let session: &mut Session<Postgres> = &mut session;
///         within(run.deadline(), async move { BODY }).await      // None: it was cut
///     };
///     run.settle(session, outcome, exit).await        // COMMIT, ROLLBACK, or give back what was joined
/// }
/// ```
/// tests/snapshots/transfer.rs is the whole of it. With `#[retry_on_error]`, all from the lease on
/// is in a loop that begins with clones of the arguments: `tests/snapshots/retry_transfer.rs`.
pub(super) fn transaction(model: &Model) -> TokenStream {
    let checks = checks(model);
    let exit = exit(model);
    let run = run(model);
    let lease = lease(model);
    let attempt = attempt(model);
    let settle = settle(model);
    let mut written = model.function.signature.clone();
    let attempts = match &model.retry {
        None => quote!(#lease #attempt #settle),
        Some(retry) => {
            Retry::make_outer(&mut written, Some(model.session.index));
            let from = match &model.origin {
                Origin::From(expression) => expression.to_token_stream(),
                Origin::Source | Origin::Begin => TokenStream::new(),
            };
            let clones = retry.clones(model.body(), &from, &model.runtime);
            quote_spanned!(Span::mixed_site()=> loop { #clones #lease #attempt #settle })
        }
    };
    function(
        model,
        written,
        quote!(),
        &quote!(#checks #exit #run #attempts),
    )
}

/// The function for a build that has failed: callers see the right signature, the body is resolved
/// and checked against its types (so that nothing seems unused, and editors complete), and nothing
/// of it is reached.
pub(super) fn placeholder(model: &Model) -> TokenStream {
    let hidden = Span::mixed_site();
    let (pattern, reference, body) = (
        &model.session.pattern,
        &model.session.reference,
        &model.body().braces,
    );
    // Without a return type the body has nothing to be checked against.
    let content = match model.function.signature.output {
        _ if model.session.is_wrong() => quote_spanned!(hidden=> loop {}),
        ReturnType::Default => quote_spanned!(hidden=> let #pattern: #reference = loop {};),
        ReturnType::Type(..) => quote_spanned!(hidden=> let #pattern: #reference = loop {}; #body),
    };
    // What is not reached is not used either; the warnings come back with the body.
    let allow = quote_spanned!(hidden=> #[allow(unused, unreachable_code, clippy::all)]);
    function(model, model.function.signature.clone(), allow, &content)
}

fn function(
    model: &Model,
    written: Signature,
    attributes: TokenStream,
    content: &TokenStream,
) -> TokenStream {
    let head = Function {
        signature: signature(model, written),
        ..model.function.clone()
    };
    let inner = &head.body.inner_attributes;
    let mut tokens = attributes;
    head.head_to_tokens(&mut tokens);
    head.body
        .shell(quote!(#(#inner)* #content))
        .to_tokens(&mut tokens);
    tokens
}

/// The signature that callers see: the session's parameter takes what opens a session, or is gone.
fn signature(model: &Model, mut signature: Signature) -> Signature {
    let inputs = std::mem::take(&mut signature.inputs);
    for (index, mut argument) in inputs.into_iter().enumerate() {
        if index == model.session.index {
            let (FnArg::Typed(parameter), Some(ty)) = (&mut argument, source_type(model)) else {
                continue;
            };
            let name = &model.session.name;
            *parameter.pat = parse_quote!(#name);
            *parameter.ty = Type::Verbatim(ty);
        }
        signature.inputs.push(argument);
    }
    signature
}

/// `impl Source<'_, DB, Mode>`, with the place of the type that the user wrote there: what the
/// compiler shows when a caller passes something else.
fn source_type(model: &Model) -> Option<TokenStream> {
    let (first, last) = ends(&model.session.reference);
    let (first, last) = (
        model.runtime.user_span(first),
        model.runtime.user_span(last),
    );
    let bound = source_trait(model, first, last)?;
    if model.session.is_wrong() {
        return Some(quote_spanned!(Span::mixed_site()=> impl ::core::marker::Sized));
    }
    Some(quote_spanned!(first=> impl #bound))
}

/// The trait, with its arguments, of what callers pass: none where they pass nothing.
fn source_trait(model: &Model, first: Span, last: Span) -> Option<TokenStream> {
    let (runtime, database) = (
        model.runtime.at(first),
        model.session.database(&model.runtime),
    );
    let close = quote_spanned!(last=> >);
    Some(match &model.origin {
        Origin::Source => {
            let mode = model.session.mode(&model.runtime);
            quote_spanned!(first=> #runtime::Source::<'_, #database, #mode #close)
        }
        Origin::Begin => quote_spanned!(first=> #runtime::Begin::<#database #close),
        Origin::From(_) => return None,
    })
}

/// The places of the first and of the last token.
fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut spans = tokens
        .to_token_stream()
        .into_iter()
        .map(|token| token.span());
    let first = spans.next().unwrap_or_else(Span::mixed_site);
    (first, spans.last().unwrap_or(first))
}

/// One error, on the return type or on the option, where the runtime cannot do what they ask for.
fn checks(model: &Model) -> TokenStream {
    let mut checks = return_check(model);
    if let Some(option) = &model.begin.deferrable {
        let (database, mode) = (
            model.session.database(&model.runtime),
            model.session.mode(&model.runtime),
        );
        checks.extend(option_check(
            model,
            option,
            "deferrable",
            &quote!(#database, #mode),
        ));
    }
    if let Some(option) = &model.begin.relaxed {
        checks.extend(option_check(
            model,
            option,
            "relaxed",
            &model.session.database(&model.runtime),
        ));
    }
    checks
}

fn return_check(model: &Model) -> TokenStream {
    let checked = model.returned.into_response.as_ref().map_or_else(
        || model.returned.checked.to_token_stream(),
        ToTokens::to_token_stream,
    );
    let place = model.runtime.user_span(checked.span());
    let private = model.runtime.private(place);
    if let Some(method) = into_response(model, &quote!(&'static str), place) {
        return quote_spanned!(place=> #private::responds(#method););
    }
    let check = Ident::new(
        if model.map_err.is_some() {
            "tells"
        } else {
            "returns"
        },
        place,
    );
    quote_spanned!(place=> #private::#check::<#checked>();)
}

/// The method that makes a response of a value of type `of`: of a `&str`, every framework has one.
fn into_response(model: &Model, of: &TokenStream, place: Span) -> Option<TokenStream> {
    let response_trait = model.returned.into_response.as_ref()?;
    Some(quote_spanned!(place=> <#of as #response_trait>::into_response))
}

/// The compiler would show the type that does not fit; but it is the option that asks for another.
fn option_check(model: &Model, option: &Ident, check: &str, types: &TokenStream) -> TokenStream {
    let place = mixed_site_at(option.span());
    let (private, check, types) = (
        model.runtime.private(place),
        Ident::new(check, place),
        located_at(types.clone(), place),
    );
    quote_spanned!(place=> #private::#check::<#types>();)
}

fn exit(model: &Model) -> TokenStream {
    let when = model
        .retry
        .as_ref()
        .map(|retry| retry.when(&model.returned, &model.runtime));
    let commit_on = commit_on(model);
    let exit = match &model.map_err {
        Some(map_err) => mapped(model, map_err, &quote!(#commit_on #when)),
        None => routed(model, &quote!(#commit_on #when)),
    };
    quote_spanned!(Span::mixed_site()=> let exit = #exit;)
}

/// Errors are as the user's function makes them: whether it fits, the compiler says at its path.
fn mapped(model: &Model, map_err: &ExprPath, settings: &TokenStream) -> TokenStream {
    let (hidden, place) = (Span::mixed_site(), mixed_site_at(map_err.span()));
    let (private, returned) = (model.runtime.private(hidden), &model.returned.inferred);
    let failure = Ident::new("failure", place);
    let mapped = quote_spanned!(place=> #private::mapped::<#returned>(#failure, #map_err));
    quote_spanned!(hidden=> #private::Exit::<#returned>::new(|#failure| #mapped) #settings)
}

/// The three traits answer in this order; for one type only the first that fits is used.
fn routed(model: &Model, settings: &TokenStream) -> TokenStream {
    let hidden = Span::mixed_site();
    let (private, returned) = (model.runtime.private(hidden), &model.returned.inferred);
    let response = into_response(model, &quote!(&'static str), hidden)
        .map(|method| quote_spanned!(hidden=> #private::Route::of(#method)));
    let route =
        response.unwrap_or_else(|| quote_spanned!(hidden=> #private::Route::<#returned>::new()));
    quote_spanned! {hidden=>
        {
            use #private::{Flat as _, Neither as _, Typed as _};
            (&&&#route).route() #settings
        }
    }
}

/// Which errors commit, as the user's pattern says: what is wrong with it, the compiler says at its
/// tokens.
fn commit_on(model: &Model) -> TokenStream {
    let Some(pattern) = &model.commit_on else {
        return TokenStream::new();
    };
    let place = mixed_site_at(pattern.span());
    let error = quote_spanned!(place=> ::core::result::Result::Err(#pattern));
    // The compiler also shows where the type of what is matched comes from.
    let outcome = Ident::new("outcome", mixed_site_at(model.returned.inferred.span()));
    quote_spanned!(Span::mixed_site()=> .commit_on(|#outcome| ::core::matches!(#outcome, #error)))
}

fn run(model: &Model) -> TokenStream {
    let hidden = Span::mixed_site();
    let (private, origin, name, options) = (
        model.runtime.private(hidden),
        origin(model),
        transaction_name(model),
        options(model),
    );
    quote_spanned!(hidden=> let mut run = #private::Run::new(#origin, #private::Options::new(#name) #options);)
}

fn options(model: &Model) -> TokenStream {
    let hidden = Span::mixed_site();
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
    let retry = retry.map(|policy| quote_spanned!(hidden=> .retry(#policy)));
    quote!(#timeout #nested #requires_new #lock_timeout #deferrable #relaxed #retry)
}

fn origin(model: &Model) -> TokenStream {
    if let Origin::From(expression) = &model.origin {
        let place = mixed_site_at(expression.span());
        let (runtime, database) = (
            model.runtime.at(place),
            model.session.database(&model.runtime),
        );
        return quote_spanned!(place=> #runtime::Begin::<#database>::origin(#expression));
    }
    let (source, session) = (
        source_trait(model, Span::mixed_site(), Span::mixed_site()),
        &model.session.name,
    );
    quote_spanned!(Span::mixed_site()=> #source::origin(#session))
}

/// The name that was given, or the function's path.
fn transaction_name(model: &Model) -> TokenStream {
    if let Some(name) = &model.name {
        return name.to_token_stream();
    }
    path_of(&model.function.signature.ident)
}

/// The session that the call owns. All of the binding is the user's parameter to the compiler: it
/// is what an escape would have to borrow from, so that is where the one error about it shows.
fn lease(model: &Model) -> TokenStream {
    let hidden = Span::mixed_site();
    let (private, mode, name) = (
        model.runtime.private(hidden),
        model.session.mode(&model.runtime),
        &model.session.name,
    );
    let binding = quote_spanned!(name.span()=> let mut #name =);
    // At the return type: "returning this value requires that `session` is borrowed for ..", rustc
    // says of it.
    let place = mixed_site_at(model.returned.inferred.span());
    let failed = if model.retry.is_some() {
        quote_spanned! {place=>
            match run.again(failure, exit).await {
                ::core::ops::ControlFlow::Continue(()) => continue,
                ::core::ops::ControlFlow::Break(outcome) => return outcome,
            }
        }
    } else {
        quote_spanned!(place=> return exit.failed(failure))
    };
    quote_spanned! {hidden=>
        #binding match run.lease(<#mode as #private::Level>::MARKER).await {
            ::core::result::Result::Ok(leased) => leased,
            ::core::result::Result::Err(failure) => #failed,
        };
    }
}

/// The body, once, over a session that it only borrows.
fn attempt(model: &Model) -> TokenStream {
    let hidden = Span::mixed_site();
    let (private, returned, lend, body) = (
        model.runtime.private(hidden),
        &model.returned.inferred,
        lend(model),
        body(&model.returned, model.body()),
    );
    // At the return type: "type annotation requires that `session` is borrowed for ..", rustc says
    // of it.
    let binding = quote_spanned!(mixed_site_at(returned.span())=> let outcome: ::core::option::Option<#returned> =);
    let ended = quote_spanned!(hidden=> #private::within(run.deadline(), #private::inside(run.held(), #body)).await);
    // At the return type: that the value is no response, rustc says of it.
    let place = model.runtime.user_span(returned.span());
    let outcome = match into_response(model, &quote_spanned!(place=> _), place) {
        Some(method) => quote_spanned!(place=> #private::respond(#ended, #method)),
        None => ended,
    };
    quote_spanned!(hidden=> #binding { #lend #outcome };)
}

/// What the body sees of the session: unsized, so that it cannot be moved or swapped out of the
/// borrow.
fn lend(model: &Model) -> TokenStream {
    let (pattern, reference, name) = (
        &model.session.pattern,
        &model.session.reference,
        &model.session.name,
    );
    quote_spanned!(name.span()=> let #pattern: #reference = &mut #name;)
}

fn settle(model: &Model) -> TokenStream {
    let (hidden, name) = (Span::mixed_site(), &model.session.name);
    if model.retry.is_none() {
        return quote_spanned!(hidden=> run.settle(#name, outcome, exit).await);
    }
    quote_spanned! {hidden=>
        if let ::core::ops::ControlFlow::Break(outcome) = run.settle_or_retry(#name, outcome, exit).await {
            break outcome;
        }
    }
}
