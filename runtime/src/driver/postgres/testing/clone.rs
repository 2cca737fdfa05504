//! Databases of tests on PostgreSQL. They are copies of a template database, which is migrated
//! once: <https://www.postgresql.org/docs/current/manage-ag-templatedbs.html>.
//!
//! Requires version 13 or later, for DROP DATABASE .. WITH (FORCE).
use sqlx::{Postgres, postgres::PgConnectOptions};

use crate::driver::{
    postgres::Process,
    testing::{
        clone::{Cloning, Server, Templates, fingerprint},
        sandbox::NOWHERE,
    },
};

pub(crate) const SERVER: Server = Server {
    current: "SELECT current_database()::text",
    ours: "SELECT datname::text FROM pg_database WHERE left(datname::text, 8) = 'sqlx_tx_'",
    manner: None,
    drop: |name| format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    try_lock: |name| format!("SELECT '1'::text WHERE pg_try_advisory_lock({})", key(name)),
    unlock: |name| format!("SELECT pg_advisory_unlock({})", key(name)),
    templates: Some(Templates {
        lock: |name| format!("SELECT pg_advisory_lock({})", key(name)),
        is_finished: |name| {
            format!(
                "SELECT '1'::text FROM pg_database WHERE datname = '{name}' AND NOT datallowconn"
            )
        },
        finish: |name| format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"),
        manner: |name| format!("TEMPLATE {name}"),
    }),
};

impl Cloning<Postgres> for Process {
    fn server(_: &PgConnectOptions) -> Option<&'static Server> {
        Some(&SERVER)
    }

    fn at(options: &PgConnectOptions, name: &str) -> PgConnectOptions {
        options.clone().database(name)
    }

    fn lead_nowhere(options: &mut PgConnectOptions) {
        *options = options.clone().socket(NOWHERE);
    }
}

/// The number of the advisory lock of that name. Advisory locks have numbers, and each database has
/// its own.
fn key(name: &str) -> i64 {
    fingerprint([name.as_bytes()]).cast_signed()
}
