//! The bank's functions on each database, with and without retries.

#[macro_use]
mod parts;
#[macro_use]
mod usual;
#[macro_use]
mod rude;

use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};
use sqlx_transactional::{Db, ReadOnly, RepeatableRead, Session, transactional};
use tokio::time::timeout;

use crate::bank::{ACCOUNTS, Bank, BankError, Kind, OPENING, Order, Row};
use crate::notes::Notes;

type Result<T = ()> = std::result::Result<T, BankError>;

/// A text with the placeholders of `DB`: on MySQL, `$1` and `$2`, in this order, become `?`.
fn sql<DB: sqlx::Database>(text: &'static str) -> SqlStr {
    if DB::NAME != "MySQL" {
        return SqlStr::from_static(text);
    }
    let text = ["$1", "$2", "$3", "$4"]
        .iter()
        .fold(text.to_owned(), |text, place| text.replace(place, "?"));
    AssertSqlSafe(text).into_sql_str()
}

const ADD: &str = "UPDATE accounts SET cents = cents + $1 WHERE id = $2";
const NOTE: &str = "INSERT INTO ledger VALUES ($1, $2, $3, $4)";

macro_rules! functions {
    ($module:ident: $db:ty, $slow:literal $(, $again:meta)?) => {
        mod $module {
            use super::*;

            usual!($db, $slow $(, $again)?);
            rude!($db $(, $again)?);
        }
    };
}

macro_rules! bank {
    ($module:ident: $db:ty, connected $connected:expr, slow $slow:literal, settings $settings:literal) => {
        mod $module {
            use super::*;

            parts!($db);
            functions!(once: $db, $slow);
            functions!(again: $db, $slow, sqlx_transactional::retry_on_error(attempts = 5));

            impl Bank for $db {
                const CONNECTED: Option<&str> = $connected;

                async fn call(db: &Db<Self>, order: Order, notes: &Notes) -> Result {
                    macro_rules! of {
                        ($function:ident) => {
                            if order.again { again::$function(db, order, notes).await } else { once::$function(db, order, notes).await }
                        };
                    }
                    match order.kind {
                        Kind::Plain => of!(plain),
                        Kind::Joined => of!(joined),
                        Kind::Nested => of!(nested),
                        Kind::Snapshot => of!(snapshot),
                        Kind::Lent => of!(lent),
                        Kind::Timed => of!(timed),
                        Kind::Slow => of!(slow),
                        Kind::Total => of!(total),
                        Kind::Marked => of!(marked),
                        Kind::Refused => of!(refused),
                        Kind::Panics => of!(panics),
                        Kind::Careless => of!(careless),
                        Kind::Hurried => of!(hurried),
                        Kind::Impatient => of!(impatient),
                        Kind::ByHand => {
                            let Order { id, source, target, .. } = order;
                            let note = sqlx::query(sql::<DB>(NOTE)).bind(id).bind(source).bind(target).bind(0_i64);
                            note.execute(db.pool()).await?;
                            Ok(())
                        }
                    }
                }

                async fn rows(connection: &mut Self::Connection, sql: &'static str) -> std::result::Result<Vec<Row>, sqlx::Error> {
                    sqlx::query_as(sql).fetch_all(connection).await
                }

                async fn settings(connection: &mut Self::Connection) -> std::result::Result<String, sqlx::Error> {
                    sqlx::query_scalar($settings).fetch_one(connection).await
                }
            }
        }
    };
}

bank! {
    postgres: sqlx::Postgres,
    connected Some("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"),
    slow "SELECT 1 FROM pg_sleep(0.2)",
    settings "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings
               WHERE source = 'session' OR name ~ '_timeout$|transaction_|synchronous_commit'"
}
bank! {
    mysql: sqlx::MySql,
    connected Some("SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"),
    slow "SELECT SLEEP(0.2)",
    settings "SELECT CONCAT_WS(' ', @@autocommit, @@tx_isolation, @@tx_read_only, @@innodb_lock_wait_timeout, @@max_statement_time,
                               @@lock_wait_timeout, @@sql_mode)"
}
bank! {
    sqlite: sqlx::Sqlite,
    connected None,
    slow "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT COUNT(*) FROM n",
    settings "SELECT group_concat(value, ' ') FROM (SELECT timeout AS value FROM pragma_busy_timeout UNION ALL
              SELECT query_only FROM pragma_query_only UNION ALL SELECT foreign_keys FROM pragma_foreign_keys UNION ALL
              SELECT journal_mode FROM pragma_journal_mode UNION ALL SELECT synchronous FROM pragma_synchronous)"
}
