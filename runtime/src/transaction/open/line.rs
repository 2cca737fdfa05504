//! Where the next statement of a transaction goes: to its connection, or in a sandbox that would
//! not survive a cut to work that cannot be cut.
use std::convert::Infallible;

use futures_core::{future::BoxFuture, stream::BoxStream};
use futures_util::FutureExt;
use sqlx::{Describe, SqlStr};

use crate::{
    driver::{
        Backend, Driver, Step,
        effect::Answer,
        statement::Statement,
        testing::{fault::Fault, sandbox::Sandboxing},
    },
    transaction::{
        open::Open,
        sandbox::unbroken::{self, Stop, Unbroken},
    },
};

/// A connection that is ready for one statement.
pub(crate) enum Line<'o, DB: Driver> {
    Plain(&'o mut DB::Connection),
    Unbroken(&'o mut Open<DB>),
}

impl<DB: Driver> Open<DB> {
    /// There is one until the transaction ends, unless it was lost.
    pub(crate) async fn line(&mut self) -> Option<Line<'_, DB>> {
        self.come_home().await;
        if self.is_unbroken() {
            return Some(Line::Unbroken(self));
        }
        self.connection.get().map(Line::Plain)
    }
}

impl<'o, DB: Driver> Line<'o, DB> {
    pub(crate) fn fetch_many(
        self,
        statement: Statement<DB>,
    ) -> BoxStream<'o, Result<Step<DB>, sqlx::Error>> {
        match self {
            Self::Plain(connection) => DB::Backend::fetch_many(connection, statement),
            Self::Unbroken(open) => unbroken::fetch_many(open, statement),
        }
    }

    pub(crate) fn fetch_optional(
        self,
        statement: Statement<DB>,
    ) -> BoxFuture<'o, Result<Option<DB::Row>, sqlx::Error>> {
        match self {
            Self::Plain(connection) => DB::Backend::fetch_optional(connection, statement),
            Self::Unbroken(open) => Unbroken::new(open, Stop::ByRollback, |connection, _| {
                DB::Backend::fetch_optional(connection, statement)
            })
            .boxed(),
        }
    }

    pub(crate) fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, sqlx::Error>>
    where
        'o: 'e,
    {
        match self {
            Self::Plain(connection) => DB::Backend::prepare_with(connection, sql, parameters),
            Self::Unbroken(open) => {
                let parameters = parameters.to_vec();
                Unbroken::new(open, Stop::ByRollback, |connection, _| {
                    async move { DB::Backend::prepare_with(connection, sql, &parameters).await }
                        .boxed()
                })
                .boxed()
            }
        }
    }

    pub(crate) fn describe(self, sql: SqlStr) -> BoxFuture<'o, Result<Describe<DB>, sqlx::Error>> {
        match self {
            Self::Plain(connection) => DB::Backend::describe(connection, sql),
            Self::Unbroken(open) => Unbroken::new(open, Stop::ByRollback, |connection, _| {
                DB::Backend::describe(connection, sql)
            })
            .boxed(),
        }
    }

    /// Statements of ours.
    pub(crate) fn run(self, sql: SqlStr) -> BoxFuture<'o, Result<(), sqlx::Error>> {
        match self {
            Self::Plain(connection) => Box::pin(DB::Backend::run(connection, sql)),
            Self::Unbroken(open) => Unbroken::new(open, Stop::Never, |connection, _| {
                DB::Backend::run(connection, sql).boxed()
            })
            .boxed(),
        }
    }

    pub(crate) async fn ask(self) -> Answer {
        match self {
            Self::Plain(connection) => DB::Backend::ask(connection).await,
            Self::Unbroken(open) => {
                let asked = Unbroken::new(open, Stop::Never, |connection, _| {
                    DB::Backend::ask(connection).map(Ok).boxed()
                });
                asked.boxed().await.unwrap_or(Answer::Gone)
            }
        }
    }

    pub(crate) fn provoke(self, fault: Fault) -> BoxFuture<'o, Result<Infallible, sqlx::Error>> {
        match self {
            Self::Plain(connection) => DB::Backend::provoke(connection, fault).map(Err).boxed(),
            Self::Unbroken(open) => Unbroken::new(open, Stop::Never, move |connection, _| {
                DB::Backend::provoke(connection, fault).map(Err).boxed()
            })
            .boxed(),
        }
    }
}
