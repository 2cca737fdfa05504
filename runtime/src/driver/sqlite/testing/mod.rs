//! The part of SQLite in the tests of applications: sandboxes, and databases of their own. The
//! traits are in `driver/testing/`.
pub(crate) mod clone;
pub(crate) mod sandbox;
