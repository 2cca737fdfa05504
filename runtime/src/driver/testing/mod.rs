//! What a driver implements for tests: sandboxes, test databases and faults.
//!
//! The drivers implement these traits in their own `testing` folders. The public types of tests are
//! in the crate's `testing`.
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "the others have no templates, or no server")
)]
pub(crate) mod clone;
pub(crate) mod fault;
pub(crate) mod sandbox;
