//! What tests ask of a database.
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "the others have no templates, or no server")
)]
pub(crate) mod clone;
pub(crate) mod fault;
pub(crate) mod sandbox;
