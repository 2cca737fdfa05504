//! Failures to try an application with, as the database would report them.

/// A failure to try an application with: see [`Sandbox::fail_next`](crate::Sandbox::fail_next).
///
/// The error is the database's own, with the code that it has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Another transaction has changed what this one read. PostgreSQL: 40001; MySQL and MariaDB:
    /// 1020; SQLite has no such failure: as `Busy`.
    SerializationFailure,
    /// Two transactions wait for each other. PostgreSQL: 40P01; MySQL and MariaDB: 1213; SQLite has
    /// no such failure: as `Busy`.
    Deadlock,
    /// A lock was not to be had in time. PostgreSQL: 55P03; MySQL and MariaDB: 1205; SQLite: as
    /// `Busy`.
    LockTimeout,
    /// Another transaction writes. SQLite: 5; PostgreSQL and MySQL have no such failure: as
    /// `LockTimeout`.
    Busy,
    /// The connection is lost: at a statement, an error of the network; at COMMIT, an unknown
    /// outcome, and nothing stored.
    ConnectionLost,
    /// The answer to COMMIT is lost.
    CommitUnknown {
        /// Whether the transaction was stored all the same.
        stored: bool,
    },
}

/// A [`Fault`], and where it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultAt {
    pub(crate) fault: Fault,
    pub(crate) point: Point,
}

/// A place in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// From 1.
    Statement(u32),
    Commit,
}

impl Fault {
    /// Instead of that statement of the transaction, from 1. The answer to COMMIT is lost at
    /// COMMIT.
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

    /// Instead of COMMIT.
    #[must_use]
    pub const fn at_commit(self) -> FaultAt {
        FaultAt {
            fault: self,
            point: Point::Commit,
        }
    }
}

/// At the first statement.
impl From<Fault> for FaultAt {
    fn from(fault: Fault) -> Self {
        fault.at_statement(1)
    }
}
