//! The interface between `testing/` and the databases: the traits that each database implements for
//! sandboxes and for databases of tests, and the failures that a test can ask for. The
//! implementations are in `driver/*/testing/`.
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "the others have no templates, or no server")
)]
pub(crate) mod clone;
pub(crate) mod fault;
pub(crate) mod sandbox;
