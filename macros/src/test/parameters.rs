//! The rules about the parameters of a test.
//!
//! Traits of the runtime decide which types a test can take. Here are the mistakes that can be
//! explained better from the syntax.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{FnArg, PatType, Signature, Type};

use crate::{
    diagnostics::{Diagnostics, Message, as_typed},
    parameter_type::Candidate,
    session::take_marks,
    type_syntax::{find_impl_trait, last_segment, referent, type_arguments, ungroup},
};

/// Reports parameters that a test cannot have, and returns the types of all parameters.
pub(super) fn check(
    signature: &mut Signature,
    is_clone: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Type> {
    let marks = take_marks(signature);
    if signature.inputs.is_empty() {
        diagnostics.report(&signature.ident, nothing());
    }
    let mut types = Vec::new();
    for (index, argument) in signature.inputs.iter().enumerate() {
        match argument {
            FnArg::Receiver(receiver) => diagnostics.report(receiver.self_token, method()),
            FnArg::Typed(parameter) => {
                if let Some((at, message)) = unfit(parameter, marks.contains(&index), is_clone) {
                    diagnostics.report(at, message);
                }
                types.push((*parameter.ty).clone());
            }
        }
    }
    types
}

/// What is wrong with the parameter, and the tokens to report it at.
fn unfit(parameter: &PatType, is_marked: bool, is_clone: bool) -> Option<(TokenStream, Message)> {
    let ty = ungroup(&parameter.ty);
    if is_marked || Candidate::of(ty).is_some() {
        return Some((ty.to_token_stream(), session(ty)));
    }
    if let Some(hidden) = find_impl_trait(ty) {
        let message = Message::new("`impl Trait` does not say what the test takes")
            .help("write `db: Db<Postgres>`");
        return Some((hidden.to_token_stream(), message));
    }
    let is_sandbox = last_segment(referent(ty)).is_some_and(|segment| segment.ident == "Sandbox");
    match ty {
        _ if !is_sandbox => None,
        _ if is_clone => Some((ty.to_token_stream(), no_sandbox(ty))),
        Type::Reference(reference) => reference
            .mutability
            .map(|mutability| (mutability.to_token_stream(), shared_sandbox(ty))),
        _ => Some((ty.to_token_stream(), owned_sandbox(ty))),
    }
}

fn nothing() -> Message {
    Message::new("the test takes no database")
        .note("without one it needs no more than `#[tokio::test]`")
        .help("add `db: Db<Postgres>`, or `sandbox: &Sandbox<Postgres>`, or both")
}

fn method() -> Message {
    Message::new("a test cannot be a method")
        .note("nobody makes a `self` for it")
        .help("write a function of its own")
}

fn session(ty: &Type) -> Message {
    let database = database_argument(ty);
    Message::new("a test is given a database, not a session")
        .note("a session is a transaction's, and each function that the test calls begins its own")
        .help(format_args!(
            "write `db: Db<{database}>`, and pass `&db` to functions that take a session"
        ))
}

fn owned_sandbox(ty: &Type) -> Message {
    Message::new("the sandbox cannot be taken by value")
        .note(
            "it is closed when the test has ended, which finds out whether something got out of it",
        )
        .help(format_args!("write `&{}`", as_typed(ty)))
}

fn shared_sandbox(ty: &Type) -> Message {
    Message::new("the sandbox is shared")
        .note("whatever was built with its `Db` is using it")
        .help(format_args!("write `&{}`", as_typed(referent(ty))))
}

fn no_sandbox(ty: &Type) -> Message {
    let database = database_argument(ty);
    Message::new("with `clone` there is no sandbox")
        .note("the test has a database of its own, in which all is committed")
        .help(format_args!("take `Db<{database}>`, or remove `clone`"))
}

/// The `DB` of `Session<DB>` or `Sandbox<DB>`, or an example of one where it is not written.
fn database_argument(ty: &Type) -> String {
    last_segment(referent(ty))
        .and_then(|segment| type_arguments(segment).next())
        .map_or("Postgres".to_owned(), as_typed)
}
