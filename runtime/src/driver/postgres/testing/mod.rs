<<<<<<< HEAD
//! The operations of sandboxes and test databases on PostgreSQL.
=======
//! The part of PostgreSQL in the tests of applications: sandboxes, and databases of their own. The
//! traits are in `driver/testing/`.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
pub(crate) mod clone;
pub(crate) mod sandbox;
