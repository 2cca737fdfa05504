//! How connections behind `Any` are opened. Their options are a URL, and the settings are those of
//! the driver of that database.
use std::{panic, sync::Once};

use sqlx::{
    Any, AnyConnection,
    any::{AnyConnectOptions, install_default_drivers},
    pool::PoolOptions,
};

#[cfg(feature = "sqlite")]
use crate::driver::{
    any::sqlite,
    sqlite::opening::{Storage, check_journal, explain},
};
use crate::driver::{
    any::{Chosen, rules_of},
    connect::{Connect, Layout, pool_on_a_server},
    rules::Rules,
};

impl Connect<Any> for Chosen {
    fn rules_for(options: &AnyConnectOptions) -> &'static Rules {
        rules_of(name_of(options))
    }

    fn pool(options: &AnyConnectOptions) -> PoolOptions<Any> {
        #[cfg(feature = "sqlite")]
        if let Some(options) = sqlite::options(options) {
            return Storage::of(&options).pool();
        }
        let _ = options;
        pool_on_a_server()
    }

    fn layout(options: AnyConnectOptions, pool: PoolOptions<Any>) -> Layout<Any> {
        install_drivers();
        #[cfg(feature = "sqlite")]
        if let Some(place) = sqlite::options(&options).map(|options| Storage::of(&options)) {
            return sqlite::layout(place, options, pool);
        }
        Layout::plain(with_program_name(options), pool)
    }

    async fn inspect(
        connection: &mut AnyConnection,
        layout: &Layout<Any>,
    ) -> Result<(), sqlx::Error> {
        #[cfg(feature = "sqlite")]
        if let Some(options) = sqlite::options(&layout.writer.0) {
            return check_journal::<Any>(connection, layout, &options).await;
        }
        let _ = (connection, layout);
        Ok(())
    }

    fn explain(error: sqlx::Error, options: &AnyConnectOptions) -> sqlx::Error {
        #[cfg(feature = "sqlite")]
        if let Some(options) = sqlite::options(options) {
            return explain(error, &options);
        }
        let _ = options;
        error
    }
}

/// sqlx's `backend_name` of the database that the URL leads to. Empty for an unknown scheme.
pub(crate) fn name_of(options: &AnyConnectOptions) -> &'static str {
    match options.database_url.scheme() {
        "postgres" | "postgresql" => "PostgreSQL",
        "mysql" | "mariadb" => "MySQL",
        "sqlite" => "SQLite",
        _ => "",
    }
}

#[cfg(feature = "postgres")]
fn with_program_name(mut options: AnyConnectOptions) -> AnyConnectOptions {
    use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};

    if name_of(&options) == "PostgreSQL"
        && let Ok(of_postgres) = PgConnectOptions::from_url(&options.database_url)
        && let Some(name) = crate::driver::postgres::missing_name(&of_postgres)
    {
        let mut parameters = options.database_url.query_pairs_mut();
        parameters.append_pair("application_name", &name);
    }
    options
}

#[cfg(not(feature = "postgres"))]
fn with_program_name(options: AnyConnectOptions) -> AnyConnectOptions {
    options
}

/// Installs sqlx's drivers, unless the program has installed others. sqlx panics in that case. The
/// panic is caught, and the program's drivers stay.
fn install_drivers() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if panic::catch_unwind(install_default_drivers).is_err() {
            tracing::debug!("the drivers behind `Any` are those that the program has installed");
        }
    });
}
