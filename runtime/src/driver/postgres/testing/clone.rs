//! `PostgreSQL`'s part: <https://www.postgresql.org/docs/current/manage-ag-templatedbs.html>.
//! Version 13 or later, for DROP .. WITH (FORCE).
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

/// Advisory locks are numbers, and belong to the database that they are taken in.
fn key(name: &str) -> i64 {
    fingerprint([name.as_bytes()]).cast_signed()
}
