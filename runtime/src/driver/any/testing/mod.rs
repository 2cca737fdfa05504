//! What tests ask of this database: a sandbox, and databases of their own.
pub(crate) mod clone;
pub(crate) mod sandbox;
