//! `Executor` for sessions. A statement is refused if its transaction has failed or its text must
//! not be sent, and is otherwise watched to its end.
use futures_core::{future::BoxFuture, stream::BoxStream};
use futures_util::{TryStreamExt, stream};
use sqlx::{Database, Describe, Either, Execute, Executor, SqlStr};

use crate::{
    driver::{Driver, Step, statement::Statement},
    error::Error,
    session::Session,
    transaction::{Transaction, active::ReadyConnection, state::TransactionState, watch::Watch},
};

impl<DB: Driver, M: ?Sized + Send> Session<DB, M> {
    /// The transaction. It is missing if a joined call was leaked (`mem::forget`) and still owns
    /// it.
    fn open_transaction(&mut self) -> Result<&mut Transaction<DB>, Error> {
        self.transaction().ok_or(Error::Poisoned)
    }

    /// Checks the user's statement, and returns it with the connection to send it on.
    ///
    /// # Errors
    /// The statement may not be sent.
    async fn admit<'q, E>(
        &mut self,
        query: E,
    ) -> Result<
        (
            ReadyConnection<'_, DB>,
            &mut TransactionState,
            Statement<DB>,
        ),
        sqlx::Error,
    >
    where
        E: 'q + Execute<'q, DB>,
    {
        let reads_only = self.reads_only();
        let transaction = self.open_transaction()?;
        // First, so that a failed transaction refuses every statement with the same error.
        transaction.resolve_doubts().await?;
        let mut statement = Statement::of(query, transaction.state.dialect())?;
        if reads_only {
            // The server would not refuse the write, because the transaction itself may write.
            statement = statement.only_reading()?;
        }
        if statement.is_opaque() {
            // The statement (CALL, for example) may end the transaction unseen. The canary then
            // makes COMMIT fail.
            transaction.set_canary().await?;
        }
        #[cfg(feature = "test")]
        transaction.before_statement(statement.text()).await?;
        let (connection, state) = transaction.ready().await?;
        Ok((connection, state, statement))
    }

    async fn steps<'e, 'q: 'e, E>(
        &'e mut self,
        query: E,
    ) -> Result<Watch<'e, BoxStream<'e, Result<Step<DB>, sqlx::Error>>>, sqlx::Error>
    where
        E: 'q + Execute<'q, DB>,
    {
        let (connection, state, statement) = self.admit(query).await?;
        let reads = statement.reads();
        Ok(Watch::new(connection.fetch_many(statement), state, reads))
    }
}

impl<'c, DB: Driver, M: ?Sized + Send> Executor<'c> for &'c mut Session<DB, M> {
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<DB::QueryResult, DB::Row>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(stream::once(self.steps(query)).try_flatten())
    }

    // One async block each for `execute` and `fetch_all` saves an allocation over the provided
    // methods, and over sqlx by hand.
    fn execute<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<DB::QueryResult, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(async move {
            let mut steps = self.steps(query).await?;
            let mut result = DB::QueryResult::default();
            while let Some(step) = steps.try_next().await? {
                if let Either::Left(part) = step {
                    result.extend([part]);
                }
            }
            Ok(result)
        })
    }

    fn fetch_all<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Vec<DB::Row>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(async move {
            let mut steps = self.steps(query).await?;
            let mut rows = Vec::new();
            while let Some(step) = steps.try_next().await? {
                if let Either::Right(row) = step {
                    rows.push(row);
                }
            }
            Ok(rows)
        })
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<DB::Row>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(async move {
            let (connection, state, statement) = self.admit(query).await?;
            let reads = statement.reads();
            Watch::new(connection.fetch_optional(statement), state, reads).await
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [<DB as Database>::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, sqlx::Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let (connection, state) = self.open_transaction()?.ready().await?;
            Watch::new(connection.prepare_with(sql, parameters), state, true).await
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, sqlx::Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let (connection, state) = self.open_transaction()?.ready().await?;
            Watch::new(connection.describe(sql), state, true).await
        })
    }
}
