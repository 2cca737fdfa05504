//! The operations of sandboxes and test databases on SQLite.
pub(crate) mod clone;
pub(crate) mod sandbox;
