<<<<<<< HEAD
//! What a driver implements for tests: sandboxes, test databases and faults.
//!
//! The drivers implement these traits in their own `testing` folders. The public types of tests are
//! in the crate's `testing`.
=======
//! The interface between `testing/` and the databases: the traits that each database implements for
//! sandboxes and for databases of tests, and the failures that a test can ask for. The
//! implementations are in `driver/*/testing/`.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "the others have no templates, or no server")
)]
pub(crate) mod clone;
pub(crate) mod fault;
pub(crate) mod sandbox;
