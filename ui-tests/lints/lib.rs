//! Code that deserves the warnings that its lines are marked with. It is built in three ways, and
//! tests/lints.rs reads what is said of it: as it is, with the feature `annotated` in transactions,
//! and with `retried` tried again. What the latter adds has another mark: each attempt has a clone
//! of what is used, and clippy counts that as a use.
#![warn(unused, clippy::pedantic, clippy::nursery)]
#![allow(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::allow_attributes_without_reason,
    reason = "not looked at here"
)]

#[rustfmt::skip]
pub mod attempts;
#[rustfmt::skip]
pub mod transactions;
