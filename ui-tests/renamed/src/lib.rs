//! A framework that its users take the database from: they depend on neither of the two.

pub use database;
pub use transactions;

/// What a service of this framework needs.
pub mod prelude {
    pub use database::Sqlite;
    pub use transactions::{
        Db, ReadOnly, Session, retry_on_error, transactional, transactional_methods,
    };
}
