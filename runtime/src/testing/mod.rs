//! Support for the tests of applications: the sandbox, which is rolled back, databases that belong
//! to one test, and the functions that `#[sqlx_transactional::test]` calls.
//!
//! The SQL that differs between the databases is in `driver/testing/` and `driver/*/testing/`. How
//! transactions run inside a sandbox is in `transaction/sandbox/`.
pub(crate) mod clone;
pub(crate) mod directory;
pub(crate) mod failure;
pub(crate) mod migrations;
pub(crate) mod names;
pub(crate) mod once;
pub(crate) mod parameter;
pub(crate) mod sandbox;
pub(crate) mod test;
