//! The parameters that a test can have: one trait for tests in a sandbox, one for tests with a
//! database of their own. The macro does not know types, so it leaves the check to these traits,
//! and the compiler reports a wrong type with the messages below.
use sqlx::{Pool, migrate::Migrate};

use crate::{
    db::Db,
    driver::{Driver, testing::clone::Cloning},
    testing::sandbox::Sandbox,
};

/// A database that tests can run on. Every [`Driver`] is one; the trait only shortens the bounds.
pub trait Testable: Driver<Backend: Cloning<Self>, Connection: Migrate> {}

#[diagnostic::do_not_recommend]
impl<DB: Driver<Backend: Cloning<DB>, Connection: Migrate>> Testable for DB {}

/// A parameter of a test that runs in a sandbox.
#[diagnostic::on_unimplemented(
    message = "a test in a sandbox cannot take `{Self}`",
    label = "take `Db<..>` or `&Sandbox<..>`",
    note = "`Db<Postgres>` is what the application is built with, `&Sandbox<Postgres>` is for what only tests do",
    note = "a pool would be outside of the sandbox: with `#[sqlx_transactional::test(clone)]` the test has a database of its own, and can take `Pool<Postgres>`"
)]
pub trait FromSandbox<'s> {
    /// The database of the sandbox.
    type Database: Testable;

    /// Makes the argument of the test.
    fn from_sandbox(sandbox: &'s Sandbox<Self::Database>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<DB: Testable> FromSandbox<'_> for Db<DB> {
    type Database = DB;

    fn from_sandbox(sandbox: &Sandbox<DB>) -> Self {
        sandbox.db()
    }
}

#[diagnostic::do_not_recommend]
impl<'s, DB: Testable> FromSandbox<'s> for &'s Sandbox<DB> {
    type Database = DB;

    fn from_sandbox(sandbox: &'s Sandbox<DB>) -> Self {
        sandbox
    }
}

/// A parameter of a test that has a database of its own.
#[diagnostic::on_unimplemented(
    message = "a test with a database of its own cannot take `{Self}`",
    label = "take `Db<..>` or `Pool<..>`",
    note = "with `clone` there is no sandbox: all is committed, and the database is dropped afterwards"
)]
pub trait FromClone {
    /// The database of the test.
    type Database: Testable;

    /// Makes the argument of the test.
    fn from_clone(db: &Db<Self::Database>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<DB: Testable> FromClone for Db<DB> {
    type Database = DB;

    fn from_clone(db: &Self) -> Self {
        db.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<DB: Testable> FromClone for Pool<DB> {
    type Database = DB;

    fn from_clone(db: &Db<DB>) -> Self {
        db.pool().clone()
    }
}
