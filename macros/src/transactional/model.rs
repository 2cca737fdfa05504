//! A function and the options of `#[transactional]`, validated.
//!
//! [`Model::new`] is the list of rules. Each rule reports what is wrong and goes on with what the
//! user probably meant, so that one build shows all mistakes.

use proc_macro2::Ident;
use syn::{Expr, ExprPath, LitStr, Pat, Path, Token};

use super::{
    FunctionContext,
    args::{Args, is_begin_option},
    option_rules::{
        check_commit_on, check_deferrable, check_error_options, check_name, check_nested,
        check_no_await, check_requires_new,
    },
    session_rules::{check_lifetime, check_mode, missing_from, without_session},
};
use crate::{
    attribute_macro::TRANSACTIONAL,
    diagnostics::{Diagnostics, Message},
    function::{Body, Function},
    retry_on_error::{self, args::Runtime, model::Retry},
    return_type::{Returned, check_return_type},
    runtime_path::RuntimePath,
    session::{self, SessionParameter},
    signature::{check_async, check_not_rewritten, check_qualifiers, check_written_once},
};

pub(super) struct Model {
    /// The function as the user wrote it, without what the rules have reported and taken off.
    pub(super) function: Function,
    pub(super) session: SessionParameter,
    pub(super) origin: Origin,
    pub(super) returned: Returned,
    pub(super) retry: Option<Retry>,
    /// Nanoseconds.
    pub(super) timeout: Option<u64>,
    pub(super) nested: bool,
    pub(super) begin: BeginOptions,
    /// The errors that commit.
    pub(super) commit_on: Option<Pat>,
    /// The function that makes the return type's error of a `sqlx::Error`.
    pub(super) map_err: Option<ExprPath>,
    pub(super) name: Option<LitStr>,
    pub(super) runtime: RuntimePath,
}

/// Where the session comes from.
pub(super) enum Origin {
    /// From what the caller passes: a pool begins a transaction, a session is joined.
    Source,
    /// From what the caller passes, which always begins a transaction.
    Begin,
    /// From an expression over the other parameters; the caller passes nothing.
    From(Expr),
}

/// The options about BEGIN.
pub(super) struct BeginOptions {
    pub(super) requires_new: bool,
    /// Nanoseconds.
    pub(super) lock_timeout: Option<u64>,
    /// The key, as the place to report an error at.
    pub(super) deferrable: Option<Ident>,
    /// The key of `durability = relaxed`, as the place to report an error at.
    pub(super) relaxed: Option<Ident>,
}

impl Model {
    /// `Err` is the function without an expansion, where a mistake leaves too little to go on with.
    pub(super) fn new(
        args: Args,
        retry: Option<retry_on_error::args::Args>,
        mut function: Function,
        context: FunctionContext,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Box<Function>> {
        // By field, so that a new option does not compile until a rule or the model has it.
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
        if context == FunctionContext::TraitImpl && from.is_none() {
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
        let (retry, retry_runtime) = retry.unzip();
        let runtime = one_runtime(runtime, retry_runtime.flatten(), diagnostics);
        check_name(name.as_ref(), diagnostics);
        check_nested(&written, diagnostics);
        check_deferrable(deferrable.as_ref(), &session, diagnostics);
        check_commit_on(commit_on.as_ref(), &function.signature, diagnostics);
        check_error_options(&written, &returned, diagnostics);
        check_requires_new(requires_new.as_ref(), from.as_ref(), diagnostics);
        check_no_await(from.as_ref(), diagnostics);
        // Reported above where it was missing; callers await the function in any case.
        function
            .signature
            .asyncness
            .get_or_insert_with(<Token![async]>::default);
        let begins = requires_new.is_some() || written.iter().any(is_begin_option);
        Ok(Self {
            function,
            session,
            origin: match from {
                Some(from) => Origin::From(from),
                None if begins => Origin::Begin,
                None => Origin::Source,
            },
            returned,
            retry,
            timeout,
            nested,
            begin: BeginOptions {
                requires_new: requires_new.is_some(),
                lock_timeout,
                deferrable,
                relaxed,
            },
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

/// One expansion calls one runtime, so `crate` of both attributes is one option.
fn one_runtime(
    written: Option<Path>,
    of_retry: Option<Runtime>,
    diagnostics: &mut Diagnostics,
) -> RuntimePath {
    if let (Some(_), Some(of_retry)) = (&written, &of_retry) {
        let message = Message::new("`crate` is set twice")
            .note("`#[transactional]` below says it too")
            .help("keep one of them");
        diagnostics.report(&of_retry.key, message);
    }
    RuntimePath::new(written.or_else(|| of_retry.map(|runtime| runtime.path)))
}
