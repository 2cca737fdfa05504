//! Databases x modes x with and without a retry x source of the session. Every cell is type-checked
//! on its own, and its future is `Send` for any lifetime. No cell runs, because most would need a
//! server. The other themes run, on `SQLite`.
#![deny(warnings)]

use std::collections::BTreeSet;

/// The names that the cells use.
mod words {
    pub(super) use std::{pin::Pin, sync::Arc};

    pub(super) use sqlx::{Any, MySql, Pool, Postgres, Sqlite};
    pub(super) use sqlx_transactional::{
        Db, ReadCommitted, ReadOnly, ReadWrite, RepeatableRead, Sandbox, Serializable, Session,
        retry_on_error, transactional,
    };

    pub(super) type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

    pub(super) fn is_sent(_: impl Future<Output = Result> + Send) {}
    pub(super) fn is_spawned(_: impl Future<Output = Result> + Send + 'static) {}
    pub(super) fn is_boxed(_: Pin<Box<dyn Future<Output = Result> + Send + '_>>) {}
}

/// Database, mode, attributes, source.
type Cell = [&'static str; 4];

/// Every mode, followed by the modes that can be passed where it is needed.
macro_rules! modes {
    ($database:ident, [$($retry:ident)?]) => {
        cells! { $database [$($retry)?]
            read_write ReadWrite: ReadWrite, ReadCommitted, RepeatableRead, Serializable;
            read_committed ReadCommitted: ReadCommitted, RepeatableRead, Serializable;
            repeatable_read RepeatableRead: RepeatableRead, Serializable;
            serializable Serializable: Serializable;
            read_only ReadOnly: ReadOnly, ReadOnly<ReadCommitted>, ReadOnly<RepeatableRead>, ReadOnly<Serializable>,
                ReadWrite, ReadCommitted, RepeatableRead, Serializable;
            read_only_read_committed ReadOnly<ReadCommitted>: ReadOnly<ReadCommitted>, ReadOnly<RepeatableRead>, ReadOnly<Serializable>,
                ReadCommitted, RepeatableRead, Serializable;
            read_only_repeatable_read ReadOnly<RepeatableRead>: ReadOnly<RepeatableRead>, ReadOnly<Serializable>, RepeatableRead, Serializable;
            read_only_serializable ReadOnly<Serializable>: ReadOnly<Serializable>, Serializable;
        }
    };
}

macro_rules! cells {
    ($database:ident $retry:tt $($module:ident $needed:ty: $($passed:ty),*;)*) => {
        $(
            mod $module {
                use crate::cells::words::*;

                functions! { $database, $retry, $needed }
                sources! { $database, $retry, $needed: $($passed),* }
            }
        )*

        pub(in crate::cells) fn list(cells: &mut Vec<crate::cells::Cell>) {
            $( $module::list(cells); )*
        }
    };
}

/// The functions that are called: with the session as an argument, and made from each source that
/// is used in practice.
macro_rules! functions {
    ($database:ident, [$($retry:ident)?], $needed:ty) => {
        $(#[$retry])?
        #[transactional]
        async fn call(session: &mut Session<$database, $needed>, name: String) -> Result {
            sqlx::raw_sql("SELECT 1").execute(session).await?;
            drop(name);
            Ok(())
        }

        $(#[$retry])?
        #[transactional(from = pool)]
        async fn from_argument(pool: &Pool<$database>, session: &mut Session<$database, $needed>, name: &str) -> Result {
            call(session, name.to_owned()).await
        }

        $(#[$retry])?
        #[transactional(from = &shop.db)]
        async fn from_state(Shop { db, .. }: Shop, shop: Shop, session: &mut Session<$database, $needed>) -> Result {
            drop(db);
            call(session, shop.name).await
        }

        $(#[$retry])?
        #[transactional(from = sandbox)]
        async fn from_sandbox(sandbox: &Sandbox<$database>, session: &mut Session<$database, $needed>, name: &str) -> Result {
            call(session, name.to_owned()).await
        }

        #[derive(Clone)]
        struct Shop {
            db: Db<$database>,
            name: String,
        }

        impl Shop {
            $(#[$retry])?
            #[transactional(from = &self.db)]
            async fn injected(&self, session: &mut Session<$database, $needed>) -> Result {
                call(session, self.name.clone()).await
            }

            $(#[$retry])?
            #[transactional(from = self.db.pool())]
            async fn shared(self: &Arc<Self>, session: &mut Session<$database, $needed>, name: String) -> Result {
                call(session, name).await
            }
        }
    };
}

macro_rules! sources {
    ($database:ident, $retry:tt, $needed:ty: $($passed:ty),*) => {
        pub(in crate::cells) fn list(cells: &mut Vec<crate::cells::Cell>) {
            macro_rules! cell {
                ($source:expr, |$argument:ident: $ty:ty| $is_fine:ident($call:expr)) => {{
                    fn cell($argument: $ty) {
                        $is_fine($call);
                    }
                    let _ = cell;
                    cells.push([stringify!($database), stringify!($needed), stringify!($retry), $source]);
                }};
            }

            cell!("&Pool", |pool: &Pool<$database>| is_sent(call(pool, String::new())));
            cell!("&Db", |db: &Db<$database>| is_sent(call(db, String::new())));
            cell!("&Sandbox", |sandbox: &Sandbox<$database>| is_sent(call(sandbox, String::new())));
            cell!("&Pool in a task", |pool: Pool<$database>| is_spawned(async move { call(&pool, String::new()).await }));
            cell!("&Db in a task", |db: Db<$database>| is_spawned(async move { call(&db, String::new()).await }));
            cell!("&Sandbox in a task", |sandbox: Sandbox<$database>| is_spawned(async move { call(&sandbox, String::new()).await }));
            cell!("&Db, boxed", |db: &Db<$database>| is_boxed(Box::pin(call(db, String::new()))));
            cell!("from = argument", |pool: &Pool<$database>| is_sent(from_argument(pool, "name")));
            cell!("from = sandbox", |sandbox: &Sandbox<$database>| is_sent(from_sandbox(sandbox, "name")));
            cell!("from = state", |shop: Shop| is_spawned(from_state(shop.clone(), shop)));
            cell!("from = self", |shop: &Shop| is_sent(shop.injected()));
            cell!("from = shared", |shop: &Arc<Shop>| is_sent(shop.shared(String::new())));
            $(
                cell!(stringify!($passed), |session: &mut Session<$database, $passed>| is_sent(async move {
                    call(&mut *session, String::new()).await?;
                    call(session, String::new()).await
                }));
            )*
        }
    };
}

macro_rules! databases {
    ($($module:ident $database:ident)*) => {
        $(
            mod $module {
                pub(super) mod once {
                    modes! { $database, [] }
                }

                pub(super) mod retried {
                    modes! { $database, [retry_on_error] }
                }
            }
        )*

        fn all() -> Vec<Cell> {
            let mut cells = Vec::new();
            $(
                $module::once::list(&mut cells);
                $module::retried::list(&mut cells);
            )*
            cells
        }
    };
}
databases! { sqlite Sqlite postgres Postgres mysql MySql any Any }

#[test]
fn all_cells_are_there() {
    let cells = all();
    // Twelve sources that begin a transaction for each mode. Also a session, lent and moved, of
    // each mode that can be passed.
    let (databases, retries, begin, join) = (4, 2, 8 * 12, 30);
    assert_eq!(cells.len(), databases * retries * (begin + join));
    assert_eq!(
        cells.iter().collect::<BTreeSet<_>>().len(),
        cells.len(),
        "each of them once"
    );
}
