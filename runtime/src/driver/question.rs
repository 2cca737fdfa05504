//! A question in the same message as what comes before it, which it must not spoil.
use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, Either, SqlSafeStr, SqlStr};

use crate::driver::{Backend, Driver, statement::Statement};

/// Runs `command`, and then asks a `question` in the same message, whose first row is returned. No
/// row: all of the command was acknowledged, and the question was not answered, for whatever
/// reason.
///
/// # Errors
/// Those of the command alone.
pub(crate) async fn run_and_ask<DB: Driver>(
    connection: &mut DB::Connection,
    command: &SqlStr,
    question: &str,
) -> Result<Option<DB::Row>, sqlx::Error> {
    let sql = AssertSqlSafe(format!("{}; {question}", command.as_str())).into_sql_str();
    let mut unanswered = command.as_str().matches(';').count() + 1;
    let mut steps = DB::Backend::fetch_many(connection, Statement::whole(sql));
    let mut answer = None;
    while let Some(step) = steps.next().await {
        match step {
            Ok(Either::Left(_)) => unanswered = unanswered.saturating_sub(1),
            Ok(Either::Right(row)) => answer = answer.or(Some(row)),
            Err(error) if unanswered > 0 => return Err(error),
            Err(error) => {
                tracing::debug!(%error, "committed, but it is not known at which position");
                return Ok(None);
            }
        }
    }
    Ok(answer)
}
