//! The operations of sandboxes and test databases behind `Any`.
pub(crate) mod clone;
pub(crate) mod sandbox;
