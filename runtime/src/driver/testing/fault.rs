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
    /// `Busy`.
    Deadlock,
    /// A lock was not available within the lock timeout. On SQLite, the same as `Busy`.
    LockTimeout,
    /// Another transaction holds SQLite's write lock. On the other databases, which have no such
    /// error, the same as `LockTimeout`.
    Busy,
    /// The connection is lost. A statement fails with an I/O error. COMMIT has an unknown outcome,
    /// and the transaction is not stored.
    ConnectionLost,
    /// The answer to COMMIT is lost.
    CommitUnknown {
        /// Whether the transaction is stored.
        stored: bool,
    },
}

/// A [`Fault`], and the point of the transaction at which it occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultAt {
    pub(crate) fault: Fault,
    pub(crate) point: Point,
}

/// A point in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// The number of a statement, counted from 1.
    Statement(u32),
    Commit,
}

impl Fault {
    /// Makes the fault occur instead of the statement with this number, counted from 1 in the
    /// transaction. [`CommitUnknown`](Self::CommitUnknown) always occurs at COMMIT.
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

    /// Makes the fault occur instead of COMMIT.
    #[must_use]
    pub const fn at_commit(self) -> FaultAt {
        FaultAt {
            fault: self,
            point: Point::Commit,
        }
    }
}

/// Makes the fault occur at the first statement.
impl From<Fault> for FaultAt {
    fn from(fault: Fault) -> Self {
        fault.at_statement(1)
    }
}
