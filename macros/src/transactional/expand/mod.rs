//! The expansion of a valid [`Model`]. Nothing can fail here.
//!
//! This file puts the function together; each of the others generates the part that it is named
//! after. Spans follow the rule in `crate::spans`.

mod checks;
mod exit;
mod run;
mod signature;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{ReturnType, Signature};

use super::model::{Model, Origin};
use crate::{function::Function, retry_on_error::model::Retry};

/// Input:
/// ```text
/// #[transactional]
/// async fn transfer(session: &mut Session<Postgres>, cents: i64) -> Result<(), BankError> { BODY }
/// ```
/// Output:
/// ```text
/// async fn transfer(
///     session: impl Source<'_, Postgres, ReadWrite>,
///     cents: i64,
/// ) -> Result<(), BankError> {
///     // One error here if the return type does not fit.
///     returns::<Result<(), BankError>>();
///     // How a failure of the transaction becomes a `BankError`.
///     let exit = ..;
///     let mut run = Run::new(Source::origin(session), Options::new("bank::transfer"));
///     // Acquire and BEGIN, or join.
///     let mut session = match run.lease(..).await { .. return exit.failed(..) };
///     // `None` if the deadline passed.
///     let outcome = {
///         let session: &mut Session<Postgres> = &mut session;
///         within(run.deadline(), async move { BODY }).await
///     };
///     // COMMIT, ROLLBACK, or back to the session that was joined.
///     run.settle(session, outcome, exit).await
/// }
/// ```
/// The full output is in `tests/snapshots/transfer.rs`. With `#[retry_on_error]`, everything from
/// the lease on is in a loop that begins with clones of the arguments:
/// `tests/snapshots/retry_transfer.rs`.
pub(super) fn transaction(model: &Model) -> TokenStream {
    let checks = checks::checks(model);
    let exit = exit::exit(model);
    let run = run::run(model);
    let lease = run::lease(model);
    let attempt = run::attempt(model);
    let settle = run::settle(model);
    let mut written = model.function.signature.clone();
    let attempts = match &model.retry {
        None => quote!(#lease #attempt #settle),
        Some(retry) => {
            Retry::strip_parameters(&mut written, Some(model.session.index));
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

/// The function for a build that has failed. Callers see the signature of the expansion. The body
/// is type-checked, so that nothing seems unused and editors complete, and never runs.
pub(super) fn placeholder(model: &Model) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let (pattern, reference, body) = (
        &model.session.pattern,
        &model.session.reference,
        &model.body().braces,
    );
    // Without a return type the body has nothing to be checked against.
    let content = match model.function.signature.output {
        _ if model.session.is_wrong() => quote_spanned!(mixed_site=> loop {}),
        ReturnType::Default => quote_spanned!(mixed_site=> let #pattern: #reference = loop {};),
        ReturnType::Type(..) => {
            quote_spanned!(mixed_site=> let #pattern: #reference = loop {}; #body)
        }
    };
    // rustc counts what is never reached as unused. Its warnings are back once the mistake is gone.
    let allow = quote_spanned!(mixed_site=> #[allow(unused, unreachable_code, clippy::all)]);
    function(model, model.function.signature.clone(), allow, &content)
}

fn function(
    model: &Model,
    written: Signature,
    attributes: TokenStream,
    content: &TokenStream,
) -> TokenStream {
    let head = Function {
        signature: signature::signature(model, written),
        ..model.function.clone()
    };
    let inner = &head.body.inner_attributes;
    let mut tokens = attributes;
    head.head_to_tokens(&mut tokens);
    head.body
        .with_content(quote!(#(#inner)* #content))
        .to_tokens(&mut tokens);
    tokens
}
