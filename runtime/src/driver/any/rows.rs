//! What the answers of each database say: behind `Any` all of them are rows of one type.
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
use sqlx::Row;
use sqlx::{AnyConnection, Executor, SqlStr, any::AnyRow};

#[cfg(feature = "mysql")]
use crate::driver::mysql::{self, Thread, ledger::Entry};
#[cfg(feature = "postgres")]
use crate::driver::postgres::{self, Process};
#[cfg(any(feature = "postgres", feature = "mysql", feature = "sqlite"))]
use crate::driver::server::About;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::driver::{
    begin::{Opened, Opening},
    position::Token,
};

/// Not `fetch_optional`: behind `Any`, that looks at the first statement only.
pub(crate) async fn last_row(
    connection: &mut AnyConnection,
    sql: SqlStr,
) -> Result<Option<AnyRow>, sqlx::Error> {
    Ok(Executor::fetch_all(connection, sql).await?.pop())
}

/// The last row of an answer that has one.
pub(crate) async fn one_row(
    connection: &mut AnyConnection,
    sql: SqlStr,
) -> Result<AnyRow, sqlx::Error> {
    last_row(connection, sql).await?.ok_or_else(no_row)
}

fn no_row() -> sqlx::Error {
    sqlx::Error::Protocol("the server did not answer what it was asked".into())
}

/// The answer to BEGIN; in front of it the one about what was to be seen, if that was asked.
#[cfg(feature = "postgres")]
pub(crate) fn postgres_begun(
    rows: &[AnyRow],
    opening: &Opening,
    asked: bool,
) -> Result<(Process, Opened), sqlx::Error> {
    let (Some(first), Some(row)) = (rows.first(), rows.last()) else {
        return Err(no_row());
    };
    let opened = postgres::opened(
        row.try_get(1)?,
        asked,
        if asked { first.try_get(0)? } else { None },
    );
    Ok((postgres_process(row, opening)?, opened))
}

#[cfg(feature = "postgres")]
pub(crate) fn postgres_process(row: &AnyRow, opening: &Opening) -> Result<Process, sqlx::Error> {
    Ok(Process::begun(
        Some(row.try_get(0)?),
        if opening.resolvable {
            Some(row.try_get(2)?)
        } else {
            None
        },
        opening,
    ))
}

#[cfg(feature = "postgres")]
pub(crate) fn postgres_position(row: &AnyRow) -> Result<Token, sqlx::Error> {
    postgres::position(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?).ok_or_else(no_row)
}

/// As for `PostgreSQL`.
#[cfg(feature = "mysql")]
pub(crate) fn mysql_begun(
    rows: &[AnyRow],
    opening: &Opening,
    asked: bool,
) -> Result<(Thread, Opened), sqlx::Error> {
    let (Some(first), Some(row)) = (rows.first(), rows.last()) else {
        return Err(no_row());
    };
    let entry = if opening.resolvable {
        Some(Entry::new(row.try_get(1)?))
    } else {
        None
    };
    let thread = Thread::begun(row.try_get::<i64, _>(0)?.cast_unsigned(), entry, opening);
    Ok((
        thread,
        mysql::opened(
            asked,
            if asked {
                first.try_get(first.len() - 1)?
            } else {
                None
            },
        ),
    ))
}

#[cfg(feature = "mysql")]
pub(crate) fn mysql_position(row: &AnyRow) -> Result<Token, sqlx::Error> {
    mysql::position(row.try_get(0)?, row.try_get(row.len() - 1)?)
}

/// Of a server that may follow another.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) fn about_server(row: &AnyRow) -> Result<About, sqlx::Error> {
    Ok(About {
        version: row.try_get(1)?,
        is_replica: row.try_get::<i64, _>(0)? != 0,
    })
}

#[cfg(feature = "sqlite")]
pub(crate) fn about_sqlite(row: &AnyRow) -> Result<About, sqlx::Error> {
    Ok(About {
        version: row.try_get(0)?,
        is_replica: false,
    })
}
