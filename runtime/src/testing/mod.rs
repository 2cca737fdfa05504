//! Tests of applications: a sandbox, which leaves nothing behind, and what
//! `#[sqlx_transactional::test]` expands to.
#[cfg(feature = "test")]
pub(crate) mod clone;
#[cfg(feature = "test")]
pub(crate) mod directory;
#[cfg(feature = "test")]
pub(crate) mod failure;
#[cfg(feature = "test")]
pub(crate) mod migrations;
#[cfg(feature = "test")]
pub(crate) mod names;
#[cfg(feature = "test")]
pub(crate) mod once;
#[cfg(feature = "test")]
pub(crate) mod parameter;
pub(crate) mod sandbox;
#[cfg(feature = "test")]
pub(crate) mod test;
