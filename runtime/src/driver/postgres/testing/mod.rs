//! The operations of sandboxes and test databases on PostgreSQL.
pub(crate) mod clone;
pub(crate) mod sandbox;
