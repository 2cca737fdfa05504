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
    /// `Busy`.
    Deadlock,
    /// A lock was not available within the lock timeout. On SQLite, the same as `Busy`.
    LockTimeout,
    /// Another transaction writes. SQLite: 5. PostgreSQL, MySQL and MariaDB have no such failure
    /// and report `LockTimeout`.
    Busy,
    /// The connection is lost. A statement returns a network error. At COMMIT the outcome is
    /// unknown, and nothing is stored.
    ConnectionLost,
    /// The answer to COMMIT is lost, so its outcome is unknown.
    CommitUnknown {
        /// Whether the transaction is stored nevertheless.
        stored: bool,
    },
}

/// A [`Fault`], and the point at which it occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultAt {
    pub(crate) fault: Fault,
    pub(crate) point: Point,
}

/// A point in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// The number of the statement. The first is 1.
    Statement(u32),
    Commit,
}

impl Fault {
    /// The fault occurs instead of that statement of the transaction. The first is 1.
    /// `CommitUnknown` always occurs at COMMIT.
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

    /// The fault occurs instead of COMMIT.
    #[must_use]
    pub const fn at_commit(self) -> FaultAt {
        FaultAt {
            fault: self,
            point: Point::Commit,
        }
    }
}

/// The fault occurs at the first statement. `CommitUnknown` occurs at COMMIT.
impl From<Fault> for FaultAt {
    fn from(fault: Fault) -> Self {
        fault.at_statement(1)
    }
}
