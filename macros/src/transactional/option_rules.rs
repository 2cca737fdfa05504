//! The rules about the options of `#[transactional]`: one function for each rule, with its reason.
//!
//! The form of a single option, such as "a string", is checked where it is read, in `args`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{Expr, LitStr, Pat, ReturnType, Signature};

use super::args::is_begin_option;
use crate::{
    diagnostics::{Diagnostics, Message, as_typed},
    return_type::{Returned, error_type},
    session::SessionParameter,
    type_syntax::last_segment,
};

pub(super) fn check_name(name: Option<&LitStr>, diagnostics: &mut Diagnostics) {
    if let Some(name) = name.filter(|name| name.value().trim().is_empty()) {
        let message = Message::new("the name is empty")
            .help("write one, or leave `name` out for the function's path");
        diagnostics.report(name, message);
    }
}

/// `nested` sets a savepoint in a transaction that is running, and the options that it contradicts
/// begin a transaction. Each key is reported once, with the first key before it that it
/// contradicts.
pub(super) fn check_nested(written: &[Ident], diagnostics: &mut Diagnostics) {
    let begins = |key: &Ident| key == "requires_new" || key == "from" || is_begin_option(key);
    for (index, second) in written.iter().enumerate() {
        let contradicts = |first: &&Ident| {
            (second == "nested" && begins(first)) || (*first == "nested" && begins(second))
        };
        let Some(first) = written.iter().take(index).find(contradicts) else {
            continue;
        };
        let other = if second == "nested" { first } else { second };
        let why = if is_begin_option(other) {
            format!("`{other}` is part of BEGIN, so callers pass no session to nest in")
        } else {
            format!("`{other}` always begins a transaction of its own, so there is none to nest in")
        };
        diagnostics.report(
            second,
            Message::new(format_args!("`{second}` contradicts `{first}`"))
                .note(why)
                .help("keep one of them"),
        );
    }
}

/// Without a mode the session is read-write, and only a read-only one can be deferrable. A mode
/// that is written is checked by traits of the runtime, which see through aliases.
pub(super) fn check_deferrable(
    deferrable: Option<&Ident>,
    session: &SessionParameter,
    diagnostics: &mut Diagnostics,
) {
    let (Some(deferrable), Some(database)) = (deferrable, session.database_alone()) else {
        return;
    };
    let (pattern, database) = (as_typed(&session.pattern), as_typed(database));
    let message = Message::new("`deferrable` needs a session that is `ReadOnly<Serializable>`")
        .note("only a serializable, read-only transaction can be deferred")
        .help(format_args!(
            "write `{pattern}: &mut Session<{database}, ReadOnly<Serializable>>`"
        ));
    diagnostics.report(deferrable, message);
}

/// `commit_on` takes a pattern of the error, not of the `Result` around it. A variant in it needs
/// its path. To the compiler, a name that is misspelt or not imported is a new variable: the
/// compiler warns, and every error commits.
pub(super) fn check_commit_on(
    pattern: Option<&Pat>,
    signature: &Signature,
    diagnostics: &mut Diagnostics,
) {
    match pattern {
        Some(Pat::Or(alternatives)) => alternatives
            .cases
            .iter()
            .for_each(|case| check_commit_on(Some(case), signature, diagnostics)),
        Some(Pat::Paren(inner)) => check_commit_on(Some(&inner.pat), signature, diagnostics),
        Some(Pat::TupleStruct(written)) if written.path.is_ident("Err") => {
            let message =
                Message::new("`commit_on` looks at the error, not at the `Result` around it").help(
                    format_args!("write `commit_on({})`", as_typed(&written.elems)),
                );
            diagnostics.report(&written.path, message);
        }
        Some(Pat::Ident(written)) if written.subpat.is_none() => {
            let message = name_alone(&written.ident.to_string(), &error_name(signature));
            diagnostics.report(&written.ident, message);
        }
        _ => {}
    }
}

fn name_alone(name: &str, error: &str) -> Message {
    if name.starts_with(char::is_lowercase) {
        return Message::new(format_args!("`{name}` matches every error")).help(format_args!(
            "name those that commit, as in `{error}::Variant`, or write `_` if all of them do"
        ));
    }
    Message::new(format_args!("`{name}` needs its path"))
        .note("a name alone is a new variable, which matches every error, unless a variant or a constant of that name is imported")
        .help(format_args!("write `{error}::{name}`"))
}

/// The name of the error type, as far as the signature shows it.
fn error_name(signature: &Signature) -> String {
    let error = match &signature.output {
        ReturnType::Type(_, ty) => error_type(ty).and_then(last_segment),
        ReturnType::Default => None,
    };
    error.map_or_else(|| "Error".to_owned(), |segment| segment.ident.to_string())
}

/// `commit_on` and `map_err` are about the error of a `Result`, which a response does not have.
pub(super) fn check_error_options(
    written: &[Ident],
    returned: &Returned,
    diagnostics: &mut Diagnostics,
) {
    if returned.into_response.is_none() {
        return;
    }
    for key in written
        .iter()
        .filter(|key| *key == "commit_on" || *key == "map_err")
    {
        let message = Message::new(format_args!(
            "`{key}` needs a function that returns a `Result`"
        ))
        .note("it is about the error, and a response is judged by its status")
        .help("return `Result<impl IntoResponse, ApiError>`, with an error type of your own");
        diagnostics.report(key, message);
    }
}

/// `from` always begins a transaction, so `requires_new` adds nothing to it.
pub(super) fn check_requires_new(
    requires_new: Option<&Ident>,
    from: Option<&Expr>,
    diagnostics: &mut Diagnostics,
) {
    if let (Some(key), Some(_)) = (requires_new, from) {
        let message = Message::new("`requires_new` says nothing beside `from`")
            .note("`from` always begins a transaction of its own")
            .help("remove `requires_new`");
        diagnostics.report(key, message);
    }
}

/// The expression of `from` is evaluated before the call begins. Time spent in it would count
/// neither for the call's deadline nor for its span.
pub(super) fn check_no_await(from: Option<&Expr>, diagnostics: &mut Diagnostics) {
    let Some(await_token) = from.and_then(|from| find_await(from.to_token_stream())) else {
        return;
    };
    let message = Message::new("`from` cannot await")
        .note("it says what to begin on, before the call begins")
        .help("await it earlier, and pass the pool or the `Db` as an argument");
    diagnostics.report(await_token, message);
}

fn find_await(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "await" => Some(ident),
        TokenTree::Group(group) => find_await(group.stream()),
        _ => None,
    })
}
