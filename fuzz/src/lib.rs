//! Random input for the macros: options and items from a grammar, with mistakes, and properties
//! that hold for every expansion.
//!
//! Only the compiler can use a macro crate, so the modules of the macros are included here. An
//! input is a string of bytes from which `grammar` makes its choices. `targets` are the macros,
//! `properties` is what is checked, and `runs` makes the bytes.

#![allow(
    clippy::large_enum_variant,
    reason = "in the macros' own crate spans are small: `span-locations` makes them larger"
)]

#[path = "../../macros/src/attribute_macro.rs"]
mod attribute_macro;
#[path = "../../macros/src/diagnostics.rs"]
mod diagnostics;
#[path = "../../macros/src/duration.rs"]
mod duration;
#[path = "../../macros/src/expansion.rs"]
mod expansion;
#[path = "../../macros/src/function.rs"]
mod function;
#[path = "../../macros/src/options.rs"]
mod options;
#[path = "../../macros/src/parameter_type.rs"]
mod parameter_type;
#[path = "../../macros/src/retry_on_error/mod.rs"]
mod retry_on_error;
#[path = "../../macros/src/return_type.rs"]
mod return_type;
#[path = "../../macros/src/runtime_path.rs"]
mod runtime_path;
#[path = "../../macros/src/session.rs"]
mod session;
#[path = "../../macros/src/signature.rs"]
mod signature;
#[path = "../../macros/src/spans.rs"]
mod spans;
#[path = "../../macros/src/test/mod.rs"]
mod test;
#[path = "../../macros/src/transactional/mod.rs"]
mod transactional;
#[path = "../../macros/src/transactional_methods/mod.rs"]
mod transactional_methods;
#[path = "../../macros/src/type_syntax.rs"]
mod type_syntax;

mod choices;
mod grammar;
mod mutation;
mod properties;
mod runs;
mod targets;

pub use self::{
    runs::{Finding, Run, Tally, check, execute},
    targets::Target,
};
