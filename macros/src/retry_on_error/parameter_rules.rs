//! The rules about the parameters of a function with `#[retry_on_error]`: an attempt must not see
//! what the one before it did to the arguments. One function for each rule, with its reason.

use quote::quote;
use syn::{
    FnArg, GenericArgument, PatType, PathArguments, Receiver, ReceiverKind, Signature, Type,
    TypeReference,
};

use super::bindings::{each_binding, other_parameters};
use crate::{
    diagnostics::{Diagnostics, Message, as_typed},
    parameter_type::{Candidate, Handle},
    signature::typed_parameters,
    type_syntax::ungroup,
};

const WHY: &str = "`#[retry_on_error]` may run the body again";

/// Reports every parameter, except the one at index `session`, that is not the same for each
/// attempt.
pub(super) fn check_parameters(
    signature: &Signature,
    session: Option<usize>,
    diagnostics: &mut Diagnostics,
) {
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        check_receiver(receiver, diagnostics);
    }
    for parameter in other_parameters(signature, session) {
        // `session::find` has reported the second session.
        if session.is_some() && Candidate::of(&parameter.ty).is_some() {
            continue;
        }
        match find_mut(&parameter.ty) {
            Some(reference) => diagnostics.push(seen_by_next_attempt(parameter, reference)),
            None => check_ref_mut(parameter, diagnostics),
        }
    }
}

/// Reports a parameter that is in a transaction of the caller's. A failed attempt leaves that
/// transaction aborted, and the next attempt would run in it.
///
/// `marks` are the indices of the parameters with `#[session]`. Returns the index of the parameter.
pub(super) fn check_no_transaction(
    signature: &Signature,
    marks: &[usize],
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let (index, parameter, help) = typed_parameters(signature).find_map(|(index, parameter)| {
        let help = instead_of_transaction(&parameter.ty, marks.contains(&index))?;
        Some((index, parameter, help))
    })?;
    let message = Message::new(format_args!(
        "`{}` would stay in the transaction that a failed attempt has aborted",
        as_typed(&parameter.pat)
    ))
    .note("each attempt needs a fresh transaction")
    .help(help)
    .help("or retry the function that begins the transaction");
    diagnostics.report(&parameter.ty, message);
    Some(index)
}

/// What to write instead of a parameter that is in a transaction; `None` for any other parameter.
fn instead_of_transaction(ty: &Type, is_marked: bool) -> Option<String> {
    if is_marked
        || matches!(
            Candidate::of(ty),
            Some(Candidate::Session | Candidate::NotMut)
        )
    {
        return Some(
            "write `#[transactional]` below `#[retry_on_error]`: it begins one for each attempt"
                .to_owned(),
        );
    }
    match Handle::of(ty)? {
        (Handle::Transaction, database) => Some(format!(
            "take `session: &mut Session<{database}>` and write `#[transactional]` below `#[retry_on_error]`"
        )),
        (Handle::Pool | Handle::Connection, _) => None,
    }
}

/// Only `&self` is the same for each attempt. An `Arc<Self>` could be cloned, but the signature
/// would not show that, and `&self` serves every method.
fn check_receiver(receiver: &Receiver, diagnostics: &mut Diagnostics) {
    let carried = match &receiver.kind {
        ReceiverKind::Reference(_, _, None) => return,
        ReceiverKind::Typed(_, ty) if is_shared(ty) => return,
        ReceiverKind::Reference(_, _, Some(_)) => true,
        ReceiverKind::Typed(_, ty) => find_mut(ty).is_some(),
        _ => false,
    };
    let what = if carried {
        "`self` would carry a failed attempt into the next one"
    } else {
        "`self` would be gone after the first attempt"
    };
    let without_attributes = Receiver {
        attrs: Vec::new(),
        ..receiver.clone()
    };
    diagnostics.report(
        without_attributes,
        Message::new(what).note(WHY).help("take `&self`"),
    );
}

fn is_shared(ty: &Type) -> bool {
    matches!(ungroup(ty), Type::Reference(reference) if reference.mutability.is_none())
}

/// A rollback does not undo what an attempt wrote through a `&mut`.
fn seen_by_next_attempt(parameter: &PatType, reference: &TypeReference) -> syn::Error {
    let message = Message::new(format_args!(
        "`{}` would carry a failed attempt into the next one",
        as_typed(&parameter.pat)
    ))
    .note(WHY);
    let message = match Handle::of(&parameter.ty) {
        Some((Handle::Connection | Handle::Transaction, _)) => {
            message.help("take a pool, from which each attempt gets a connection")
        }
        _ => message.help("return the value instead of writing to `&mut`"),
    };
    message.at(reference)
}

/// `ref mut` borrows the argument as `&mut`, so an attempt could write to it.
fn check_ref_mut(parameter: &PatType, diagnostics: &mut Diagnostics) {
    each_binding(&mut parameter.pat.clone(), &mut |binding| {
        if let (Some(by_ref), Some(mutability)) = (&binding.by_ref, &binding.mutability) {
            let name = &binding.ident;
            let message = Message::new(format_args!(
                "`{name}` would carry a failed attempt into the next one"
            ))
            .note(WHY)
            .help(format_args!(
                "write `mut {name}`, of which each attempt has its own"
            ));
            diagnostics.report(quote!(#by_ref #mutability), message);
        }
    });
}

/// The first `&mut` that the function could write through. It cannot where the `&mut` is behind
/// `&`.
fn find_mut(ty: &Type) -> Option<&TypeReference> {
    match ungroup(ty) {
        Type::Reference(reference) if reference.mutability.is_some() => Some(reference),
        Type::Array(array) => find_mut(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(find_mut),
        Type::Path(path) => {
            path.path
                .segments
                .iter()
                .find_map(|segment| match &segment.arguments {
                    PathArguments::AngleBracketed(arguments) => {
                        arguments.args.iter().find_map(|argument| match argument {
                            GenericArgument::Type(ty) => find_mut(ty),
                            _ => None,
                        })
                    }
                    _ => None,
                })
        }
        _ => None,
    }
}
