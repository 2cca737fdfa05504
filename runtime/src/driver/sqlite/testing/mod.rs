//! What tests ask of this database: a sandbox, and databases of their own.
#[cfg(feature = "test")]
pub(crate) mod clone;
pub(crate) mod sandbox;
