//! The application's statements on each database. A row is a number and a text.

use sqlx::{Any, AssertSqlSafe, MySql, Postgres, Sqlite};
use sqlx_transactional::{Driver, ReadOnly, Session};

use crate::bank::sql;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'v> {
    Number(i64),
    Text(&'v str),
}
pub(super) use Value::{Number, Text};

type Rows = Vec<(i64, String)>;

pub(crate) trait Sql: Driver {
    /// Returns how many rows were changed. `$1` and `$2` are the values.
    fn run(
        session: &mut Session<Self>,
        text: &'static str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<u64, sqlx::Error>> + Send;

    fn rows(
        session: &mut Session<Self, ReadOnly>,
        text: &'static str,
        values: &[Value<'_>],
    ) -> impl Future<Output = Result<Rows, sqlx::Error>> + Send;

    /// Runs a statement that takes long.
    fn takes_long(
        session: &mut Session<Self>,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

macro_rules! with_arguments {
    ($($db:ty: $takes_long:ident;)*) => {$(
        impl Sql for $db {
            async fn run(session: &mut Session<Self>, text: &'static str, values: &[Value<'_>]) -> Result<u64, sqlx::Error> {
                let query = values.iter().fold(sqlx::query(sql::<Self>(text)), |query, value| match *value {
                    Number(number) => query.bind(number),
                    Text(text) => query.bind(text.to_owned()),
                });
                Ok(query.execute(session).await?.rows_affected())
            }

            async fn rows(session: &mut Session<Self, ReadOnly>, text: &'static str, values: &[Value<'_>]) -> Result<Rows, sqlx::Error> {
                let query = values.iter().fold(sqlx::query_as(sql::<Self>(text)), |query, value| match *value {
                    Number(number) => query.bind(number),
                    Text(text) => query.bind(text.to_owned()),
                });
                query.fetch_all(session).await
            }

            async fn takes_long(session: &mut Session<Self>) -> Result<(), sqlx::Error> {
                sqlx::raw_sql($takes_long).execute(session).await.map(drop)
            }
        }
    )*};
}
with_arguments! {
    Postgres: ON_POSTGRES;
    MySql: ON_MYSQL;
    Sqlite: ON_SQLITE;
}

const ON_POSTGRES: &str = "SELECT pg_sleep(60)";
const ON_MYSQL: &str = "SELECT SLEEP(60)";
const ON_SQLITE: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT max(i) FROM n";

/// The URL chooses the database, and with it the placeholders. So the values are in the text.
impl Sql for Any {
    async fn run(
        session: &mut Session<Self>,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<u64, sqlx::Error> {
        Ok(sqlx::query(AssertSqlSafe(filled_in(text, values)))
            .execute(session)
            .await?
            .rows_affected())
    }

    async fn rows(
        session: &mut Session<Self, ReadOnly>,
        text: &'static str,
        values: &[Value<'_>],
    ) -> Result<Rows, sqlx::Error> {
        sqlx::query_as(AssertSqlSafe(filled_in(text, values)))
            .fetch_all(session)
            .await
    }

    async fn takes_long(session: &mut Session<Self>) -> Result<(), sqlx::Error> {
        let text = match session.connection().await?.backend_name() {
            "PostgreSQL" => ON_POSTGRES,
            "MySQL" => ON_MYSQL,
            _ => ON_SQLITE,
        };
        sqlx::raw_sql(text).execute(session).await.map(drop)
    }
}

fn filled_in(text: &str, values: &[Value<'_>]) -> String {
    values
        .iter()
        .enumerate()
        .fold(text.to_owned(), |text, (at, value)| {
            let literal = match *value {
                Number(number) => number.to_string(),
                Text(text) => format!("'{}'", text.replace('\'', "''")),
            };
            text.replace(&format!("${}", at + 1), &literal)
        })
}
