<<<<<<< HEAD
//! [`Fault`], a failure that a test asks a sandbox for, and the statement at which it occurs.
//!
//! Each driver provokes the error in its `testing/sandbox.rs`.

/// A failure that a test asks for, with [`Sandbox::fail_next`](crate::Sandbox::fail_next).
///
/// Except for a lost connection and a lost answer, the database itself reports the error, with its
/// own code:
///
/// | fault | PostgreSQL | MySQL, MariaDB | SQLite |
/// |---|---|---|---|
/// | [`SerializationFailure`](Self::SerializationFailure) | 40001 | 1020 | 5 |
/// | [`Deadlock`](Self::Deadlock) | 40P01 | 1213 | 5 |
/// | [`LockTimeout`](Self::LockTimeout) | 55P03 | 1205 | 5 |
/// | [`Busy`](Self::Busy) | 55P03 | 1205 | 5 |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Another transaction has changed rows that this one read. On SQLite, which has no such error,
    /// the same as `Busy`.
    SerializationFailure,
    /// Two transactions wait for each other. On SQLite, which has no such error, the same as
=======
//! The failures that a test can ask for with [`Sandbox::fail_next`](crate::Sandbox::fail_next), and
//! the point of a transaction at which they occur. Each database provokes them in its
//! `testing/sandbox.rs`.

/// A failure that a test asks for with [`Sandbox::fail_next`](crate::Sandbox::fail_next).
///
/// The application gets an error of the database itself, with the database's code for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Another transaction has changed rows that this one read. PostgreSQL: 40001; MySQL and
    /// MariaDB: 1020. SQLite has no such failure and reports `Busy`.
    SerializationFailure,
    /// Two transactions wait for each other. PostgreSQL: 40P01; MySQL and MariaDB: 1213. SQLite has
    /// no such failure and reports `Busy`.
    Deadlock,
    /// A lock was not granted in time. PostgreSQL: 55P03; MySQL and MariaDB: 1205. SQLite reports
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    /// `Busy`.
    Deadlock,
    /// A lock was not available within the lock timeout. On SQLite, the same as `Busy`.
    LockTimeout,
<<<<<<< HEAD
    /// Another transaction holds SQLite's write lock. On the other databases, which have no such
    /// error, the same as `LockTimeout`.
    Busy,
    /// The connection is lost. A statement fails with an I/O error. COMMIT has an unknown outcome,
    /// and the transaction is not stored.
=======
    /// Another transaction writes. SQLite: 5. PostgreSQL, MySQL and MariaDB have no such failure
    /// and report `LockTimeout`.
    Busy,
    /// The connection is lost. A statement returns a network error. At COMMIT the outcome is
    /// unknown, and nothing is stored.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    ConnectionLost,
    /// The answer to COMMIT is lost, so its outcome is unknown.
    CommitUnknown {
<<<<<<< HEAD
        /// Whether the transaction is stored.
=======
        /// Whether the transaction is stored nevertheless.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
        stored: bool,
    },
}

<<<<<<< HEAD
/// A [`Fault`], and the point of the transaction at which it occurs.
=======
/// A [`Fault`], and the point at which it occurs.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultAt {
    pub(crate) fault: Fault,
    pub(crate) point: Point,
}

/// A point in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
<<<<<<< HEAD
    /// The number of a statement, counted from 1.
=======
    /// The number of the statement. The first is 1.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    Statement(u32),
    Commit,
}

impl Fault {
<<<<<<< HEAD
    /// Makes the fault occur instead of the statement with this number, counted from 1 in the
    /// transaction. [`CommitUnknown`](Self::CommitUnknown) always occurs at COMMIT.
=======
    /// The fault occurs instead of that statement of the transaction. The first is 1.
    /// `CommitUnknown` always occurs at COMMIT.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    #[must_use]
    pub const fn at_statement(self, number: u32) -> FaultAt {
        match self {
            Self::CommitUnknown { .. } => self.at_commit(),
            _ => FaultAt {
                fault: self,
                point: Point::Statement(number),
            },
        }
    }

<<<<<<< HEAD
    /// Makes the fault occur instead of COMMIT.
=======
    /// The fault occurs instead of COMMIT.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
    #[must_use]
    pub const fn at_commit(self) -> FaultAt {
        FaultAt {
            fault: self,
            point: Point::Commit,
        }
    }
}

<<<<<<< HEAD
/// Makes the fault occur at the first statement.
=======
/// The fault occurs at the first statement. `CommitUnknown` occurs at COMMIT.
>>>>>>> 3e0615fdaf92398205ed75b091b79909c3d875a0
impl From<Fault> for FaultAt {
    fn from(fault: Fault) -> Self {
        fault.at_statement(1)
    }
}
