//! Tests of applications: a sandbox, which leaves nothing behind, and what
//! `#[sqlx_transactional::test]` expands to.
pub(crate) mod clone;
pub(crate) mod directory;
pub(crate) mod failure;
pub(crate) mod migrations;
pub(crate) mod names;
pub(crate) mod once;
pub(crate) mod parameter;
pub(crate) mod sandbox;
pub(crate) mod test;
