//! Sends statements through sqlx, and reads the columns of the answers to the crate's own
//! statements.
//!
//! [`Statement`] is the statement itself. What an answer means for the transaction is not decided
//! here.
use std::{
    future::Future,
    sync::{Arc, atomic::AtomicBool},
};

use futures_core::{future::BoxFuture, stream::BoxStream};
#[cfg(any(feature = "postgres", feature = "mysql"))]
use futures_util::StreamExt;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use sqlx::{AssertSqlSafe, Either, SqlSafeStr};
use sqlx::{Database, Describe, Execute, SqlStr};

use crate::driver::{Driver, Step, statement::Statement};

/// Forwards statements to sqlx.
///
/// With this trait, one `Executor` impl serves the sessions of all databases. The bound
/// `for<'c> &'c mut DB::Connection: Executor<'c>` would do too, but it makes unrelated code of
/// users fail with E0275.
#[doc(hidden)]
pub trait Execution<DB: Database> {
    fn prepared<'q>(query: &impl Execute<'q, DB>) -> Option<DB::Statement>;

    fn fetch_many(
        connection: &mut DB::Connection,
        statement: Statement<DB>,
    ) -> BoxStream<'_, Result<Step<DB>, sqlx::Error>>;

    fn fetch_optional(
        connection: &mut DB::Connection,
        statement: Statement<DB>,
    ) -> BoxFuture<'_, Result<Option<DB::Row>, sqlx::Error>>;

    fn prepare_with<'e>(
        connection: &'e mut DB::Connection,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, sqlx::Error>>;

    fn describe(
        connection: &mut DB::Connection,
        sql: SqlStr,
    ) -> BoxFuture<'_, Result<Describe<DB>, sqlx::Error>>;

    /// Runs statements of this crate, in one message.
    fn run(
        connection: &mut DB::Connection,
        sql: SqlStr,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Runs statements of this crate in one message, and returns their rows.
    fn rows(
        connection: &mut DB::Connection,
        sql: SqlStr,
    ) -> BoxFuture<'_, Result<Vec<DB::Row>, sqlx::Error>>;

    /// Reads an integer column of a row. A negative `column` counts from the last one.
    ///
    /// Does not check the column's type, because servers differ in the width and the signedness of
    /// their integers.
    fn integer(row: &DB::Row, column: isize) -> Result<Option<i64>, sqlx::Error>;

    /// Reads a boolean column like [`integer`](Self::integer).
    fn flag(row: &DB::Row, column: isize) -> Result<bool, sqlx::Error>;

    /// Reads a text column like [`integer`](Self::integer).
    fn text(row: &DB::Row, column: isize) -> Result<String, sqlx::Error>;

    /// Makes the connection stop its running statement when `flag` becomes true. Only SQLite needs
    /// it: a server is stopped from another connection instead.
    fn stop_when_raised(
        _: &mut DB::Connection,
        _flag: &Arc<AtomicBool>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send {
        async { Ok(()) }
    }
}

/// The `Execution` of every database.
#[doc(hidden)]
#[derive(Debug)]
#[cfg_attr(
    not(any(
        feature = "postgres",
        feature = "mysql",
        feature = "sqlite",
        feature = "any"
    )),
    expect(unreachable_pub, reason = "no database names it")
)]
pub struct ThroughSqlx;

macro_rules! forward_to_sqlx {
    ($db:ident $($more:tt)*) => {
        impl crate::driver::execution::Execution<sqlx::$db> for crate::driver::execution::ThroughSqlx {
            fn prepared<'q>(
                query: &impl sqlx::Execute<'q, sqlx::$db>,
            ) -> Option<<sqlx::$db as sqlx::Database>::Statement> {
                query.statement().cloned()
            }

            fn fetch_many(
                connection: &mut <sqlx::$db as sqlx::Database>::Connection,
                statement: crate::driver::statement::Statement<sqlx::$db>,
            ) -> futures_core::stream::BoxStream<
                '_,
                Result<crate::driver::Step<sqlx::$db>, sqlx::Error>,
            > {
                sqlx::Executor::fetch_many(connection, statement)
            }

            fn fetch_optional(
                connection: &mut <sqlx::$db as sqlx::Database>::Connection,
                statement: crate::driver::statement::Statement<sqlx::$db>,
            ) -> futures_core::future::BoxFuture<
                '_,
                Result<Option<<sqlx::$db as sqlx::Database>::Row>, sqlx::Error>,
            > {
                sqlx::Executor::fetch_optional(connection, statement)
            }

            fn prepare_with<'e>(
                connection: &'e mut <sqlx::$db as sqlx::Database>::Connection,
                sql: sqlx::SqlStr,
                parameters: &'e [<sqlx::$db as sqlx::Database>::TypeInfo],
            ) -> futures_core::future::BoxFuture<
                'e,
                Result<<sqlx::$db as sqlx::Database>::Statement, sqlx::Error>,
            > {
                sqlx::Executor::prepare_with(connection, sql, parameters)
            }

            fn describe(
                connection: &mut <sqlx::$db as sqlx::Database>::Connection,
                sql: sqlx::SqlStr,
            ) -> futures_core::future::BoxFuture<'_, Result<sqlx::Describe<sqlx::$db>, sqlx::Error>>
            {
                sqlx::Executor::describe(connection, sql)
            }

            async fn run(
                connection: &mut <sqlx::$db as sqlx::Database>::Connection,
                sql: sqlx::SqlStr,
            ) -> Result<(), sqlx::Error> {
                sqlx::Executor::execute(connection, sql).await.map(drop)
            }

            fn rows(
                connection: &mut <sqlx::$db as sqlx::Database>::Connection,
                sql: sqlx::SqlStr,
            ) -> futures_core::future::BoxFuture<
                '_,
                Result<Vec<<sqlx::$db as sqlx::Database>::Row>, sqlx::Error>,
            > {
                sqlx::Executor::fetch_all(connection, sql)
            }

            fn integer(
                row: &<sqlx::$db as sqlx::Database>::Row,
                column: isize,
            ) -> Result<Option<i64>, sqlx::Error> {
                let index = crate::driver::execution::index(sqlx::Row::len(row), column);
                sqlx::Row::try_get_unchecked(row, index)
            }

            fn flag(
                row: &<sqlx::$db as sqlx::Database>::Row,
                column: isize,
            ) -> Result<bool, sqlx::Error> {
                let index = crate::driver::execution::index(sqlx::Row::len(row), column);
                sqlx::Row::try_get_unchecked(row, index)
            }

            fn text(
                row: &<sqlx::$db as sqlx::Database>::Row,
                column: isize,
            ) -> Result<String, sqlx::Error> {
                let index = crate::driver::execution::index(sqlx::Row::len(row), column);
                sqlx::Row::try_get_unchecked(row, index)
            }

            $($more)*
        }
    };
}
#[cfg(any(
    feature = "postgres",
    feature = "mysql",
    feature = "sqlite",
    feature = "any"
))]
pub(crate) use forward_to_sqlx;

pub(crate) fn index(columns: usize, column: isize) -> usize {
    if column < 0 {
        columns.saturating_sub(column.unsigned_abs())
    } else {
        column.unsigned_abs()
    }
}

/// Runs `sql` and returns its last row.
///
/// # Errors
/// Those of the statements, and `sqlx::Error::Protocol` if there is no row.
pub(crate) async fn last_row<DB: Driver>(
    connection: &mut DB::Connection,
    sql: SqlStr,
) -> Result<DB::Row, sqlx::Error> {
    let row = DB::Execution::rows(connection, sql).await?.pop();
    row.ok_or_else(no_row)
}

pub(crate) fn no_row() -> sqlx::Error {
    sqlx::Error::Protocol("the server answered without the row that was asked for".into())
}

/// Runs `command` and then `question` in one message, and returns the first row of the question.
///
/// Returns `None` if the server acknowledged every statement of the command and then did not answer
/// the question.
///
/// # Errors
/// Those of the command only. An error of the question must not look like one of COMMIT.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) async fn run_and_ask<DB: Driver>(
    connection: &mut DB::Connection,
    command: &SqlStr,
    question: &str,
) -> Result<Option<DB::Row>, sqlx::Error> {
    let sql = AssertSqlSafe(format!("{}; {question}", command.as_str())).into_sql_str();
    // The server answers each statement of the command with a result. An error that comes after all
    // of them belongs to the question.
    let mut unanswered = command.as_str().matches(';').count() + 1;
    let mut steps = DB::Execution::fetch_many(connection, Statement::whole(sql));
    let mut answer = None;
    while let Some(step) = steps.next().await {
        match step {
            Ok(Either::Left(_)) => unanswered = unanswered.saturating_sub(1),
            Ok(Either::Right(row)) => answer = answer.or(Some(row)),
            Err(error) if unanswered > 0 => return Err(error),
            Err(error) => {
                tracing::debug!(%error, "committed, but the server did not say at which position");
                return Ok(None);
            }
        }
    }
    Ok(answer)
}
