//! The operations of sandboxes and test databases on MySQL and MariaDB.
pub(crate) mod clone;
pub(crate) mod sandbox;
