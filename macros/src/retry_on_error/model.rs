//! A function and the options of `#[retry_on_error]`, validated. [`Retry`] is the part that the
//! expansion of `#[transactional]` uses too; [`Model`] is a function without `#[transactional]`.
//!
//! The rules about parameters are in `parameter_rules`, the others are here.

use syn::{ExprPath, Signature, Token};

use super::{
    args::{Args, Delay, MAX_DELAY, MIN_DELAY, Runtime},
    bindings::{Binding, bindings},
    parameter_rules::{check_no_transaction, check_parameters},
};
use crate::{
    attribute_macro::RETRY_ON_ERROR,
    diagnostics::{Diagnostics, Message},
    function::Function,
    return_type::{Returned, check_return_type},
    runtime_path::RuntimePath,
    session,
    signature::{check_async, check_not_rewritten, check_qualifiers},
};

pub(crate) struct Retry {
    pub(super) attempts: Option<u32>,
    /// Nanoseconds.
    pub(super) min_delay: Option<u64>,
    /// Nanoseconds.
    pub(super) max_delay: Option<u64>,
    /// Nanoseconds.
    pub(super) max_elapsed: Option<u64>,
    pub(super) idempotent: bool,
    pub(super) exactly_once: bool,
    /// The function that says which other errors are retried.
    pub(super) when: Option<ExprPath>,
    /// The names that each attempt gets a clone of.
    pub(super) bindings: Vec<Binding>,
}

pub(super) struct Model {
    /// The function as the user wrote it, without what the rules have reported and taken off.
    pub(super) function: Function,
    pub(super) retry: Retry,
    pub(super) returned: Returned,
    pub(super) runtime: RuntimePath,
}

impl Retry {
    /// `session` is the index of a parameter that is not cloned for each attempt. Returns the value
    /// of `crate` beside the retry.
    pub(crate) fn new(
        args: Args,
        signature: &Signature,
        session: Option<usize>,
        diagnostics: &mut Diagnostics,
    ) -> (Self, Option<Runtime>) {
        // By field, so that a new option does not compile until it is considered here.
        let Args {
            attempts,
            min_delay,
            max_delay,
            max_elapsed,
            when,
            idempotent,
            exactly_once,
            runtime,
        } = args;
        check_delays(min_delay.as_ref(), max_delay.as_ref(), diagnostics);
        if let (Some(_), Some(exactly_once)) = (&idempotent, &exactly_once) {
            diagnostics.report(exactly_once, exactly_once_and_idempotent());
        }
        let (idempotent, exactly_once) = (idempotent.is_some(), exactly_once.is_some());
        check_parameters(signature, session, diagnostics);
        let nanoseconds = |delay: Delay| delay.nanoseconds;
        let (min_delay, max_delay) = (min_delay.map(nanoseconds), max_delay.map(nanoseconds));
        let bindings = bindings(signature, session);
        if let Some(when) = &when {
            check_when(when, &bindings, diagnostics);
        }
        (
            Self {
                attempts,
                min_delay,
                max_delay,
                max_elapsed,
                idempotent,
                exactly_once,
                when,
                bindings,
            },
            runtime,
        )
    }
}

impl Model {
    /// `Err` is the function without an expansion, where a mistake leaves too little to go on with.
    pub(super) fn new(
        args: Args,
        mut function: Function,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Box<Function>> {
        let marks = session::take_marks(&mut function.signature);
        if let Err(error) = check_not_rewritten(&function.signature) {
            diagnostics.push(error);
            return Err(Box::new(function));
        }
        check_async(&function.signature, &RETRY_ON_ERROR, diagnostics);
        check_qualifiers(&mut function.signature, &RETRY_ON_ERROR, diagnostics);
        let returned = check_return_type(&function.signature, &RETRY_ON_ERROR, diagnostics);
        let transaction = check_no_transaction(&function.signature, &marks, diagnostics);
        if let Some(exactly_once) = &args.exactly_once {
            diagnostics.report(exactly_once, exactly_once_alone());
        }
        let (retry, runtime) = Retry::new(args, &function.signature, transaction, diagnostics);
        // Reported above where it was missing; callers await the function in any case.
        function
            .signature
            .asyncness
            .get_or_insert_with(<Token![async]>::default);
        let runtime = RuntimePath::new(runtime.map(|runtime| runtime.path));
        Ok(Self {
            function,
            retry,
            returned,
            runtime,
        })
    }
}

/// The expansion calls the function where the arguments are in scope, so an argument with its name
/// would hide it.
fn check_when(when: &ExprPath, bindings: &[Binding], diagnostics: &mut Diagnostics) {
    let Some(name) = when
        .path
        .get_ident()
        .filter(|name| bindings.iter().any(|binding| binding.is_called(name)))
    else {
        return;
    };
    let message = Message::new(format_args!("`{name}` is an argument here"))
        .note("`when` takes the path of a function, and the argument hides one of the same name")
        .help(format_args!("write `when = self::{name}`"));
    diagnostics.report(name, message);
}

fn exactly_once_and_idempotent() -> Message {
    Message::new("`exactly_once` contradicts `idempotent`")
        .note("after an unknown COMMIT the one asks the database what has become of it, the other runs the function again")
        .help("keep one of them")
}

/// `exactly_once` looks up the outcome of a transaction, and a function without `#[transactional]`
/// has none.
fn exactly_once_alone() -> Message {
    Message::new("`exactly_once` needs `#[transactional]`")
        .note("it asks the database what has become of a COMMIT that was not answered, and this function has none of its own")
        .help("write it on the function that has the transaction, or remove it")
}

/// The delay doubles from `min_delay` up to `max_delay`. A delay that is not written is the
/// default.
fn check_delays(min: Option<&Delay>, max: Option<&Delay>, diagnostics: &mut Diagnostics) {
    let value =
        |delay: Option<&Delay>, default: u64| delay.map_or(default, |delay| delay.nanoseconds);
    if value(min, MIN_DELAY.0) <= value(max, MAX_DELAY.0) {
        return;
    }
    let (delay, message) = match (min, max) {
        (Some(min), Some(_)) => (
            min,
            Message::new("`min_delay` is longer than `max_delay`").help("swap the two"),
        ),
        (Some(min), None) => (min, min_delay_too_long(min)),
        (None, Some(max)) => (max, max_delay_too_short(max)),
        (None, None) => return,
    };
    diagnostics.report(&delay.written, message);
}

fn min_delay_too_long(min: &Delay) -> Message {
    Message::new("`min_delay` is longer than `max_delay`")
        .note(format_args!(
            "`max_delay` is \"{}\" where it is not written",
            MAX_DELAY.1
        ))
        .help(format_args!(
            "write a shorter one, or `max_delay = {}` beside it",
            quoted(min)
        ))
}

fn max_delay_too_short(max: &Delay) -> Message {
    Message::new("`max_delay` is shorter than `min_delay`")
        .note(format_args!(
            "`min_delay` is \"{}\" where it is not written",
            MIN_DELAY.1
        ))
        .help(format_args!(
            "write a longer one, or `min_delay = {}` beside it",
            quoted(max)
        ))
}

fn quoted(delay: &Delay) -> String {
    format!("\"{}\"", delay.written.value())
}
