//! A statement with readable text, which the session checks before it is sent.
//!
//! sqlx's `Execute::sql` consumes the query, so a query is taken apart into its text and arguments
//! first. The check of the text itself is in `sql`.
use std::mem;

use sqlx::{Database, Execute, SqlStr, error::BoxDynError};

use crate::{
    driver::{Driver, execution::Execution},
    error::Error,
    sql::{self, Dialect, Protocol, Reason},
};

/// A query for sqlx, and what its text tells about it.
#[doc(hidden)]
#[expect(
    missing_debug_implementations,
    reason = "holds the user's arguments, which are not for logs"
)]
pub struct Statement<DB: Database> {
    sql: SqlStr,
    prepared: Option<DB::Statement>,
    arguments: Result<Option<DB::Arguments>, BoxDynError>,
    persistent: bool,
    reads: bool,
    writes: Option<&'static str>,
    verify: bool,
}

impl<DB: Driver> Statement<DB> {
    /// Takes a user's query apart and checks its text.
    ///
    /// # Errors
    /// [`Error::TransactionControl`] if the text must not be sent in a session.
    pub(crate) fn of<'q, E: Execute<'q, DB>>(
        mut query: E,
        dialect: Dialect,
    ) -> Result<Self, Error> {
        let prepared = DB::Execution::prepared(&query);
        let persistent = query.persistent();
        let arguments = query.take_arguments();
        let sql = query.sql();
        let protocol = if matches!(arguments, Ok(None)) {
            Protocol::Simple
        } else {
            Protocol::Prepared
        };
        let text = sql::recognise(sql.as_str(), dialect, protocol);
        match text.forbidden {
            Some(forbidden) => Err(Error::TransactionControl {
                statement: forbidden.what,
                reason: advice(forbidden.reason),
            }),
            None => Ok(Self {
                sql,
                prepared,
                arguments,
                persistent,
                reads: text.reads,
                writes: text.writes,
                verify: text.verify,
            }),
        }
    }

    /// Several statements of this crate, which are sent in one message.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn whole(sql: SqlStr) -> Self {
        Self {
            sql,
            prepared: None,
            arguments: Ok(None),
            persistent: false,
            reads: false,
            writes: None,
            verify: false,
        }
    }

    /// One statement of this crate. It has an empty list of arguments, because sqlx caches only
    /// statements with arguments.
    #[cfg(feature = "sqlite")]
    pub(crate) fn cached(sql: SqlStr) -> Self {
        let arguments = Ok(Some(DB::Arguments::default()));
        Self {
            sql,
            prepared: None,
            arguments,
            persistent: true,
            reads: true,
            writes: None,
            verify: false,
        }
    }

    /// Refuses a statement that writes. A read-only session that joined a writing transaction needs
    /// this check, because the database would execute the statement.
    ///
    /// # Errors
    /// [`Error::TransactionControl`] if the text is known to write.
    pub(crate) fn only_reading(self) -> Result<Self, Error> {
        match self.writes {
            Some(statement) => Err(Error::TransactionControl {
                statement,
                reason: READ_ONLY,
            }),
            None => Ok(self),
        }
    }

    #[cfg(feature = "test")]
    pub(crate) fn text(&self) -> &str {
        self.sql.as_str()
    }

    /// Whether the statement may end the transaction in a way that its text does not show, such as
    /// CALL.
    pub(crate) fn is_opaque(&self) -> bool {
        self.verify
    }

    /// Whether the text shows that the statement only reads.
    pub(crate) fn reads(&self) -> bool {
        self.reads
    }
}

impl<DB: Database<Statement: Send>> Execute<'_, DB> for Statement<DB> {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&DB::Statement> {
        self.prepared.as_ref()
    }

    fn take_arguments(&mut self) -> Result<Option<DB::Arguments>, BoxDynError> {
        mem::replace(&mut self.arguments, Ok(None))
    }

    fn persistent(&self) -> bool {
        self.persistent
    }
}

const READ_ONLY: &str =
    "was not sent: the function's session is `ReadOnly`; declare it as `Session<DB>` to write";

fn advice(reason: Reason) -> &'static str {
    match reason {
        Reason::TransactionControl => {
            "was not sent: the transaction is the function's; return Ok to commit it and Err to roll it back"
        }
        Reason::ImplicitCommit => {
            "was not sent: the server would commit the transaction before it; run it on the pool, outside of any session"
        }
        Reason::Copy => {
            "was not sent: as a plain statement it would break the connection; use `session.connection()`"
        }
        Reason::ExecutableComment => {
            "was not sent: what stands in an executable comment cannot be checked; write it without the comment"
        }
    }
}
