//! The bank's functions on each database, once and with retries.

use std::time::Duration;

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};
use sqlx_transactional::{Db, ReadOnly, RepeatableRead, Session, transactional};

use crate::bank::{ACCOUNTS, Bank, BankError, Kind, OPENING, Order, Row};
use crate::notes::Notes;

type Result<T = ()> = std::result::Result<T, BankError>;

/// A text with the placeholders of `DB`: `$1`, `$2`, in this order, are `?` on MySQL.
fn sql<DB: sqlx::Database>(text: &'static str) -> SqlStr {
    if DB::NAME != "MySQL" {
        return SqlStr::from_static(text);
    }
    let text = ["$1", "$2", "$3", "$4"].iter().fold(text.to_owned(), |text, place| text.replace(place, "?"));
    AssertSqlSafe(text).into_sql_str()
}

const ADD: &str = "UPDATE accounts SET cents = cents + $1 WHERE id = $2";
const NOTE: &str = "INSERT INTO ledger VALUES ($1, $2, $3, $4)";

/// What other functions are made of.
macro_rules! parts {
    ($db:ty) => {
        type DB = $db;

        #[transactional]
        async fn add(session: &mut Session<$db>, account: i64, cents: i64) -> Result {
            sqlx::query(sql::<DB>(ADD)).bind(cents).bind(account).execute(session).await?;
            Ok(())
        }

        #[transactional]
        async fn note(session: &mut Session<$db>, order: Order) -> Result {
            let Order { id, source, target, cents, .. } = order;
            sqlx::query(sql::<DB>(NOTE)).bind(id).bind(source).bind(target).bind(cents).execute(session).await?;
            Ok(())
        }

        #[transactional]
        async fn transfer(session: &mut Session<$db>, order: Order) -> Result {
            add(&mut *session, order.source, -order.cents).await?;
            note(&mut *session, order).await?;
            add(session, order.target, order.cents).await
        }

        /// What it writes is undone, alone: its id is nobody's.
        #[transactional(nested)]
        async fn fails(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            session.after_commit(notes.committed(-order.id));
            transfer(session, Order { id: -order.id, ..order }).await?;
            Err(BankError::Refused)
        }

        #[transactional(nested)]
        async fn succeeds(session: &mut Session<$db>, order: Order) -> Result {
            transfer(session, order).await
        }
    };
}

/// What is called; `again` is what stands above `#[transactional]`.
macro_rules! functions {
    ($module:ident: $db:ty, $slow:literal $(, $again:meta)?) => {
        mod $module {
            use super::{BankError, DB, Duration, Notes, NOTE, Order, ReadOnly, RepeatableRead, Result, Session, sql, transactional};
            use super::{ACCOUNTS, OPENING, add, fails, note, succeeds, transfer};

            $(#[$again])?
            #[transactional]
            pub(super) async fn plain(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                let Order { id, source, target, cents, .. } = order;
                session.after_commit(notes.committed(id));
                session.after_rollback(notes.rolled_back(id));
                sqlx::query(sql::<DB>(super::ADD)).bind(-cents).bind(source).execute(&mut *session).await?;
                sqlx::query(sql::<DB>(super::ADD)).bind(cents).bind(target).execute(&mut *session).await?;
                sqlx::query(sql::<DB>(NOTE)).bind(id).bind(source).bind(target).bind(cents).execute(session).await?;
                Ok(())
            }

            $(#[$again])?
            #[transactional]
            pub(super) async fn joined(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                transfer(session, order).await
            }

            $(#[$again])?
            #[transactional]
            pub(super) async fn nested(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                match fails(&mut *session, order, notes).await {
                    Ok(()) | Err(BankError::Refused) => {}
                    Err(error) => return Err(error),
                }
                succeeds(session, order).await
            }

            $(#[$again])?
            #[transactional]
            pub(super) async fn snapshot(session: &mut Session<$db, RepeatableRead>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                let before = "SELECT cents FROM accounts WHERE id = $1";
                let before: i64 = sqlx::query_scalar(sql::<DB>(before)).bind(order.source).fetch_one(&mut *session).await?;
                add(&mut *session, order.source, -order.cents).await?;
                let after = "SELECT cents FROM accounts WHERE id = $1";
                let after: i64 = sqlx::query_scalar(sql::<DB>(after)).bind(order.source).fetch_one(&mut *session).await?;
                note(&mut *session, order).await?;
                add(session, order.target, order.cents).await?;
                // MariaDB's repeatable read lets writes see what others have committed since.
                let torn = <$db as sqlx::Database>::NAME != "MySQL" && after != before - order.cents;
                if torn { Err(BankError::Torn(after)) } else { Ok(()) }
            }

            /// A helper that knows nothing of sessions writes the ledger.
            $(#[$again])?
            #[transactional]
            pub(super) async fn lent(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                add(&mut *session, order.source, -order.cents).await?;
                add(&mut *session, order.target, order.cents).await?;
                let connection: &mut <$db as sqlx::Database>::Connection = session.connection().await?;
                let Order { id, source, target, cents, .. } = order;
                sqlx::query(sql::<DB>(NOTE)).bind(id).bind(source).bind(target).bind(cents).execute(connection).await?;
                Ok(())
            }

            /// Waits for locks only so long, and now and then works for longer than its own timeout.
            $(#[$again])?
            #[transactional(timeout = "400ms", lock_timeout = "1s")]
            pub(super) async fn timed(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                transfer(session, order).await?;
                if order.id % 50 == 0 {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                Ok(())
            }

            /// The server works for a while, and is cut off there.
            $(#[$again])?
            #[transactional(timeout = "300ms")]
            pub(super) async fn slow(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                note(&mut *session, order).await?;
                add(&mut *session, order.source, -order.cents).await?;
                add(&mut *session, order.target, order.cents).await?;
                if order.id % 7 == 0 {
                    sqlx::query($slow).fetch_all(session).await?;
                }
                Ok(())
            }

            /// Sees all of the money, whatever is under way.
            $(#[$again])?
            #[transactional]
            pub(super) async fn total(session: &mut Session<$db, ReadOnly<RepeatableRead>>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                let one_by_one = "SELECT cents FROM accounts WHERE id = $1";
                let mut total = 0;
                for account in 1..=ACCOUNTS {
                    total += sqlx::query_scalar::<_, i64>(sql::<DB>(one_by_one)).bind(account).fetch_one(&mut *session).await?;
                }
                if total == ACCOUNTS * OPENING { Ok(()) } else { Err(BankError::Torn(total)) }
            }

            /// Succeeds, and stores nothing.
            $(#[$again])?
            #[transactional]
            pub(super) async fn marked(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                transfer(&mut *session, order).await?;
                session.set_rollback_only();
                Ok(())
            }

            $(#[$again])?
            #[transactional]
            pub(super) async fn refused(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                transfer(session, order).await?;
                Err(BankError::Refused)
            }

            $(#[$again])?
            #[transactional]
            pub(super) async fn panics(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
                session.after_commit(notes.committed(order.id));
                session.after_rollback(notes.rolled_back(order.id));
                transfer(session, order).await?;
                panic!("{}", crate::load::MEANT)
            }
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
