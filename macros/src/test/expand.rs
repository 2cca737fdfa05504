//! The expansion of a valid [`Model`]: the test that the harness calls, around the function that
//! the user wrote. Nothing can fail here.
//!
//! Spans follow the rule in `crate::spans`.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{LitStr, Signature, Token, parse_quote_spanned, spanned::Spanned as _};

use super::model::{MigrationSource, Model, TestDatabase};
use crate::{expansion::flag, function::Function, spans::mixed_site_at};

/// Input:
/// ```text
/// #[sqlx_transactional::test(fixtures("users"))]
/// #[ignore]
/// async fn signs_up(db: Db<Postgres>) -> Result<(), Error> { BODY }
/// ```
/// Output:
/// ```text
/// #[test]
/// #[ignore]
/// fn signs_up() -> Result<(), Error> {
///     async fn signs_up(db: Db<Postgres>) -> Result<(), Error> { BODY }
///     let test = Test::new(..).fixture("users", include_str!("fixtures/users.sql"));
///     test.in_sandbox::<_, ReadWrite, _>(&async |sandbox| signs_up(from_sandbox(sandbox)).await)
/// }
/// ```
/// The full output is in `tests/snapshots/test_signs_up.rs`.
pub(super) fn test(model: &Model) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let Model { function, .. } = model;
    let inner = Function {
        attributes: Vec::new(),
        visibility: syn::Visibility::Inherited,
        ..function.clone()
    };
    let mut outer = function.clone();
    outer.attributes.insert(
        0,
        parse_quote_spanned!(mixed_site=> #[::core::prelude::v1::test]),
    );
    outer.signature.asyncness = None;
    outer.signature.inputs.clear();
    let (described, run) = (described(model), run(model));
    let mut tokens = TokenStream::new();
    outer.head_to_tokens(&mut tokens);
    outer
        .body
        .with_content(quote_spanned!(mixed_site=> #inner #described #run))
        .to_tokens(&mut tokens);
    tokens
}

/// `let test = Test::new(..)`, with a call for each option.
fn described(model: &Model) -> TokenStream {
    let mixed_site = Span::mixed_site();
    let private = model.runtime.private(mixed_site);
    let migrations = match &model.migrations {
        MigrationSource::Default => TokenStream::new(),
        MigrationSource::None => quote_spanned!(mixed_site=> .without_migrations()),
        MigrationSource::Directory(directory) => {
            quote_spanned!(mixed_site=> .migrations(#directory))
        }
        MigrationSource::Migrator(path) => {
            let span = mixed_site_at(path.span());
            quote_spanned!(span=> .migrator(::core::stringify!(#path), &#path))
        }
    };
    let fixtures = model.fixtures.iter().map(fixture);
    let multi_thread = flag("multi_thread", model.multi_thread);
    quote_spanned! {mixed_site=>
        let test = #private::Test::new(::core::env!("CARGO_MANIFEST_DIR")) #migrations #(#fixtures)* #multi_thread;
    }
}

/// `.fixture("fixtures/users.sql", include_str!("fixtures/users.sql"))`. The compiler reports a
/// missing file at its name. As with `#[sqlx::test]`, a name without a `/` is a file in `fixtures`.
fn fixture(written: &LitStr) -> TokenStream {
    let mut file = written.value();
    if !file.contains('/') {
        let extension = if file.contains('.') { "" } else { ".sql" };
        file = format!("fixtures/{file}{extension}");
    }
    let mut file = Literal::string(&file);
    file.set_span(written.span());
    let span = mixed_site_at(written.span());
    let included = quote_spanned!(span=> ::core::include_str!(#file));
    quote_spanned!(Span::mixed_site()=> .fixture(#file, #included))
}

/// The call that runs the test. It has the span of the test's name, which is the location that a
/// panic of the runtime reports.
fn run(model: &Model) -> TokenStream {
    let (mixed_site, Signature { ident, .. }) = (Span::mixed_site(), &model.function.signature);
    let span = mixed_site_at(ident.span());
    let runtime = model.runtime.at(mixed_site);
    let (method, source, from, mode, reference) = match model.database {
        TestDatabase::Sandbox { mode } => {
            let mode = Ident::new(mode, mixed_site);
            (
                "in_sandbox",
                "FromSandbox",
                "from_sandbox",
                quote_spanned!(mixed_site=> #runtime::#mode,),
                Some(<Token![&]>::default()),
            )
        }
        TestDatabase::Clone => (
            "in_clone",
            "FromClone",
            "from_clone",
            TokenStream::new(),
            None,
        ),
    };
    let (given, method) = (Ident::new("given", mixed_site), Ident::new(method, span));
    // Shown at the type, so that a type which a test cannot take is one error there.
    let arguments = model.parameters.iter().map(|ty| {
        let span = mixed_site_at(ty.span());
        let (private, given) = (model.runtime.private(span), Ident::new("given", span));
        let (source, from) = (Ident::new(source, span), Ident::new(from, span));
        quote_spanned!(span=> #private::#source::#from(#given))
    });
    let call = quote_spanned!(span=> test.#method::<_, #mode _>);
    quote_spanned!(mixed_site=> #call(#reference async |#given| #ident(#(#arguments),*).await))
}
