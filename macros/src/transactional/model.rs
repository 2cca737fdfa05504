//! A function and its options, validated. The constructor is the list of rules; each rule reports
//! what it finds and goes on as if the user had written what was probably meant, so that one build
//! shows all mistakes.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::{
    Expr, ExprPath, GenericParam, Lifetime, LitStr, Pat, Path, Signature, Token, Type,
    WherePredicate, parse_quote, punctuated::Punctuated,
};

use super::{
    Place,
    args::{Args, is_begin_time},
    option_rules::{
        check_commit_on, check_deferrable, check_error_options, check_name, check_nested,
        check_no_await, requires_new_with_from,
    },
};
use crate::{
    attribute_macro::TRANSACTIONAL,
    diagnostics::{Diagnostics, Message, as_typed},
    function::{Body, Function},
    retry_on_error::{self, Retry, args::Runtime},
    return_type::{Returned, check_return_type},
    runtime_path::RuntimePath,
    session::{self, SessionParameter},
    signature::{check_async, check_not_rewritten, check_qualifiers, check_written_once},
    type_syntax::ungroup,
};

pub(super) struct Model {
    /// As the user wrote it, but for what is named here.
    pub(super) function: Function,
    pub(super) session: SessionParameter,
    pub(super) origin: Origin,
    pub(super) returned: Returned,
    pub(super) retry: Option<Retry>,
    /// Nanoseconds.
    pub(super) timeout: Option<u64>,
    pub(super) nested: bool,
    pub(super) begin: BeginTime,
    /// The errors that commit.
    pub(super) commit_on: Option<Pat>,
    /// What makes the function's error of the database's.
    pub(super) map_err: Option<ExprPath>,
    pub(super) name: Option<LitStr>,
    pub(super) runtime: RuntimePath,
}

/// Where the session comes from.
pub(super) enum Origin {
    /// From what the caller passes: a pool begins, a session is joined.
    Source,
    /// From what the caller passes, which always begins.
    Begin,
    /// From an expression over the other parameters; the caller passes nothing.
    From(Expr),
}

/// What BEGIN is told, and what is told of it.
pub(super) struct BeginTime {
    /// Whether a second transaction of the task is meant.
    pub(super) requires_new: bool,
    /// Nanoseconds.
    pub(super) lock_timeout: Option<u64>,
    /// The key.
    pub(super) deferrable: Option<Ident>,
    /// The key.
    pub(super) relaxed: Option<Ident>,
}

impl Model {
    /// `Err` is the function as it was, where nothing better can be said.
    pub(super) fn new(
        args: Args,
        retry: Option<retry_on_error::args::Args>,
        mut function: Function,
        place: Place,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Box<Function>> {
        let Args {
            written,
            requires_new,
            nested,
            from,
            timeout,
            lock_timeout,
            deferrable,
            relaxed,
            commit_on,
            map_err,
            name,
            runtime,
        } = args;
        if let Err(error) = check_not_rewritten(&function.signature) {
            diagnostics.push(error);
            session::take_marks(&mut function.signature);
            return Err(Box::new(if from.is_some() {
                without_session(function)
            } else {
                function
            }));
        }
        check_written_once(&mut function, &TRANSACTIONAL, diagnostics);
        check_async(&function.signature, &TRANSACTIONAL, diagnostics);
        check_qualifiers(&mut function.signature, &TRANSACTIONAL, diagnostics);
        let returned = check_return_type(&function.signature, &TRANSACTIONAL, diagnostics);
        let Some(mut session) = session::find(&mut function.signature, diagnostics) else {
            return Err(Box::new(function));
        };
        if place == Place::TraitImpl && from.is_none() {
            diagnostics.push(missing_from(&function.signature));
            return Err(Box::new(function));
        }
        check_lifetime(&mut function, &mut session, diagnostics);
        if let Err(error) = check_mode(&function.signature, &session) {
            diagnostics.push(error);
            return Err(Box::new(function));
        }
        let retry = retry
            .map(|args| Retry::new(args, &function.signature, Some(session.index), diagnostics));
        let (retry, beside) = retry.unzip();
        let runtime = one_runtime(runtime, beside.flatten(), diagnostics);
        check_name(name.as_ref(), diagnostics);
        check_nested(&written, diagnostics);
        check_deferrable(deferrable.as_ref(), &session, diagnostics);
        if let Some(pattern) = &commit_on {
            check_commit_on(pattern, &function.signature, diagnostics);
        }
        check_error_options(&written, &returned, diagnostics);

        let begins = requires_new.is_some() || written.iter().any(is_begin_time);
        let origin = if let Some(from) = from {
            if let Some(key) = &requires_new {
                diagnostics.report(key, requires_new_with_from());
            }
            check_no_await(&from, diagnostics);
            Origin::From(from)
        } else if begins {
            Origin::Begin
        } else {
            Origin::Source
        };
        let begin = BeginTime {
            requires_new: requires_new.is_some(),
            lock_timeout,
            deferrable,
            relaxed,
        };
        // Reported above where it was missing; callers await the function in any case.
        function
            .signature
            .asyncness
            .get_or_insert_with(<Token![async]>::default);
        Ok(Self {
            function,
            session,
            origin,
            returned,
            retry,
            timeout,
            nested,
            begin,
            commit_on,
            map_err,
            name,
            runtime,
        })
    }

    pub(super) const fn body(&self) -> &Body {
        &self.function.body
    }
}

/// The rewritten method with the signature that its trait has, so that rustc does not count the
/// parameters: no session, no lifetime that was invented for it, and nothing in the body that could
/// miss it.
fn without_session(mut function: Function) -> Function {
    let Some((session, reference)) = session::locate(&function.signature) else {
        return function;
    };
    let signature = &mut function.signature;
    signature.inputs = remove(std::mem::take(&mut signature.inputs), |index, _| {
        index == session
    });
    if let Some(lifetime) = &reference.lifetime {
        let generics = &mut signature.generics;
        generics.params = remove(std::mem::take(&mut generics.params), |_, parameter| {
            declares(parameter, lifetime)
        });
        if let Some(clause) = &mut generics.where_clause {
            let bounds = |predicate: &WherePredicate| matches!(predicate, WherePredicate::Lifetime(bound) if bound.lifetime == *lifetime);
            clause.predicates = remove(std::mem::take(&mut clause.predicates), |_, predicate| {
                bounds(predicate)
            });
        }
    }
    // Named once more, or the import of its type would seem unused.
    let ty = &reference.elem;
    function
        .attributes
        .push(parse_quote!(#[allow(unused, unreachable_code)]));
    function
        .body
        .replace(quote!(let session: &mut #ty = loop {};));
    function
}

fn remove<T, P: Default>(
    list: Punctuated<T, P>,
    is_removed: impl Fn(usize, &T) -> bool,
) -> Punctuated<T, P> {
    list.into_iter()
        .enumerate()
        .filter(|(index, item)| !is_removed(*index, item))
        .map(|(_, item)| item)
        .collect()
}

fn declares(parameter: &GenericParam, lifetime: &Lifetime) -> bool {
    matches!(parameter, GenericParam::Lifetime(parameter) if parameter.lifetime == *lifetime)
}

/// One expansion calls one runtime.
fn one_runtime(
    written: Option<Path>,
    above: Option<Runtime>,
    diagnostics: &mut Diagnostics,
) -> RuntimePath {
    if let (Some(_), Some(above)) = (&written, &above) {
        let message = Message::new("`crate` is set twice")
            .note("`#[transactional]` below says it too")
            .help("keep one of them");
        diagnostics.report(&above.key, message);
    }
    RuntimePath::new(written.or_else(|| above.map(|above| above.path)))
}

/// The session parameter becomes generic over what callers pass, and a trait's method is not.
fn missing_from(signature: &Signature) -> syn::Error {
    Message::new("a method of a trait needs `from = ..`")
        .note("without it callers pass the session, or a pool in its place, and the trait's signature has no such argument")
        .help("write `#[transactional(from = &self.db)]`, and leave the session out of the trait; or call an annotated function from this method")
        .at(&signature.ident)
}

/// The body's session lives as long as one attempt, not as long as something of the caller's: there
/// is no such lifetime to name. One that is used for nothing else goes away unnoticed.
fn check_lifetime(
    function: &mut Function,
    session: &mut SessionParameter,
    diagnostics: &mut Diagnostics,
) {
    let Some(lifetime) = session.reference.lifetime.take() else {
        return;
    };
    if lifetime.ident == "_" {
        return;
    }
    let signature = &function.signature;
    let declared = signature
        .generics
        .params
        .iter()
        .any(|parameter| declares(parameter, &lifetime));
    let mentions = mentions(&lifetime.ident, quote!(#signature))
        + mentions(&lifetime.ident, function.body.braces.stream());
    // The declaration itself and the session.
    if declared && mentions == 2 {
        let params = &mut function.signature.generics.params;
        *params = remove(std::mem::take(params), |_, parameter| {
            declares(parameter, &lifetime)
        });
        return;
    }
    let reference = as_typed(&session.reference);
    let message = Message::new("the session cannot have a named lifetime")
        .note("it lives as long as one run of the body, and nothing that outlives the body may borrow from it")
        .help(format_args!("write `{reference}`, and another lifetime where `{lifetime}` is used for something else"));
    diagnostics.report(lifetime, message);
}

/// How often the lifetime `'name` is mentioned. Labels look like lifetimes, and are none.
fn mentions(name: &Ident, tokens: TokenStream) -> usize {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: Option<&TokenTree>, texts: &[&str]| {
        at.is_some_and(|token| texts.contains(&token.to_string().as_str()))
    };
    let mention = |(at, token): (usize, &TokenTree)| match token {
        TokenTree::Group(group) => mentions(name, group.stream()),
        TokenTree::Punct(quote)
            if quote.as_char() == '\'' && is(tokens.get(at + 1), &[&name.to_string()]) =>
        {
            let jump = at > 0 && is(tokens.get(at - 1), &["break", "continue"]);
            let block = matches!(tokens.get(at + 3), Some(TokenTree::Group(_)))
                || is(tokens.get(at + 3), &["loop", "while", "for"]);
            let label = is(tokens.get(at + 2), &[":"]) && block;
            usize::from(!jump && !label)
        }
        _ => 0,
    };
    tokens.iter().enumerate().map(mention).sum()
}

/// Which transaction to begin must be known where the function is written; a function for any mode
/// is a plain helper, and that is what stays of it: callers could not name the mode of anything
/// else.
fn check_mode(signature: &Signature, session: &SessionParameter) -> syn::Result<()> {
    let Some(Type::Path(mode)) = session.written_mode().map(ungroup) else {
        return Ok(());
    };
    match mode.path.get_ident() {
        Some(ident) if signature.generics.type_params().any(|parameter| parameter.ident == *ident) => {
            Err(Message::new(format_args!("the mode `{ident}` must be a type, not a parameter"))
                .note("callers who pass a pool begin a transaction in this mode, and nothing would tell them which")
                .help("write the weakest mode that the function needs, or leave it out; callers can pass a stronger session")
                .help("or remove `#[transactional]`: a plain function can take a session in any mode")
                .at(mode))
        }
        _ => Ok(()),
    }
}
