//! `Executor` for sessions: every statement passes here, is refused on a dead transaction, and is
//! watched to its end.
use futures_core::{future::BoxFuture, stream::BoxStream};
use futures_util::{TryStreamExt, stream};
use sqlx::{Database, Describe, Either, Execute, Executor, SqlStr};

use crate::{
    driver::{Driver, Step, statement::Statement},
    error::Error,
    session::Session,
    transaction::{open::line::Line, state::Health, watch::Watch},
};

impl<DB: Driver, M: ?Sized + Send> Session<DB, M> {
    /// Where the next statement goes, and the record that its fate goes into.
    async fn ready(&mut self) -> Result<(Line<'_, DB>, &mut Health), sqlx::Error> {
        match self.transaction() {
            Some(transaction) => transaction.ready().await,
            None => Err(Error::Poisoned.into()),
        }
    }

    /// The user's statement, if it may be sent, with what it is sent on.
    async fn admit<'q, E>(
        &mut self,
        query: E,
    ) -> Result<(Line<'_, DB>, &mut Health, Statement<DB>), sqlx::Error>
    where
        E: 'q + Execute<'q, DB>,
    {
        let (_, health) = self.ready().await?;
        let mut statement = Statement::of(query, health.dialect())?;
        if self.reads_only() {
            statement = statement.only_reading()?;
        }
        if statement.is_opaque() {
            self.transaction()
                .ok_or(Error::Poisoned)?
                .set_canary()
                .await?;
        }
        if let Some(transaction) = self.transaction() {
            transaction.rehearse(statement.text()).await?;
        }
        let (line, health) = self.ready().await?;
        Ok((line, health, statement))
    }

    async fn steps<'e, 'q: 'e, E>(
        &'e mut self,
        query: E,
    ) -> Result<Watch<'e, BoxStream<'e, Result<Step<DB>, sqlx::Error>>, DB>, sqlx::Error>
    where
        E: 'q + Execute<'q, DB>,
    {
        let (line, health, statement) = self.admit(query).await?;
        let reads = statement.reads();
        Ok(Watch::new(line.fetch_many(statement), health, reads))
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

    // `execute` and `fetch_all` in one block each are one allocation less than the provided
    // methods, and less than sqlx by hand.
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
            let (line, health, statement) = self.admit(query).await?;
            let reads = statement.reads();
            Watch::<_, DB>::new(line.fetch_optional(statement), health, reads).await
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
            let (line, health) = self.ready().await?;
            Watch::<_, DB>::new(line.prepare_with(sql, parameters), health, true).await
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, sqlx::Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let (line, health) = self.ready().await?;
            Watch::<_, DB>::new(line.describe(sql), health, true).await
        })
    }
}
