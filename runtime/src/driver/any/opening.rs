//! How a database is opened whose options are a URL: as its own driver does it.
use std::{panic, sync::Once};

use sqlx::{
    Any,
    any::{AnyConnectOptions, install_default_drivers},
    pool::PoolOptions,
};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use sqlx::{ConnectOptions as _, Database};

use crate::driver::layout::{Layout, pool_on_a_server};
#[cfg(feature = "sqlite")]
use crate::driver::sqlite::{opening as sqlite, opening::Place};

/// sqlx's own, unless the program has installed others: then sqlx panics, which is caught here, and
/// they stay.
pub(crate) fn install_drivers() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if panic::catch_unwind(install_default_drivers).is_err() {
            tracing::debug!("the drivers behind `Any` are those that the program has installed");
        }
    });
}

pub(crate) fn pool(options: &AnyConnectOptions) -> PoolOptions<Any> {
    #[cfg(feature = "sqlite")]
    if let Some(options) = sqlite_options(options) {
        return Place::of(&options).pool();
    }
    let _ = options;
    pool_on_a_server()
}

#[cfg_attr(
    not(feature = "postgres"),
    allow(unused_mut, reason = "only PostgreSQL has something to add")
)]
pub(crate) fn layout(mut options: AnyConnectOptions, pool: PoolOptions<Any>) -> Layout<Any> {
    #[cfg(feature = "sqlite")]
    if let Some(place) = sqlite_options(&options).map(|options| Place::of(&options)) {
        return layout_of_sqlite(place, options, pool);
    }
    #[cfg(feature = "postgres")]
    if sqlx::Postgres::URL_SCHEMES.contains(&options.database_url.scheme())
        && let Ok(of_postgres) = sqlx::postgres::PgConnectOptions::from_url(&options.database_url)
        && let Some(name) = super::super::postgres::missing_name(&of_postgres)
    {
        options
            .database_url
            .query_pairs_mut()
            .append_pair("application_name", &name);
    }
    Layout::plain(options, pool)
}

/// What the URL says to `SQLite`, if it does.
#[cfg(feature = "sqlite")]
pub(crate) fn sqlite_options(
    options: &AnyConnectOptions,
) -> Option<sqlx::sqlite::SqliteConnectOptions> {
    let url = &options.database_url;
    if sqlx::Sqlite::URL_SCHEMES.contains(&url.scheme()) {
        sqlx::sqlite::SqliteConnectOptions::from_url(url).ok()
    } else {
        None
    }
}

#[cfg(feature = "sqlite")]
fn layout_of_sqlite(
    place: Place,
    options: AnyConnectOptions,
    pool: PoolOptions<Any>,
) -> Layout<Any> {
    match place {
        Place::Memory => Layout {
            set_up: Some(sqlite::READS),
            ..sqlite::in_memory(with(options, "cache", "private"), pool)
        },
        Place::ReadOnly => Layout {
            set_up: Some(sqlite::READS),
            ..Layout::plain(options, pool)
        },
        Place::File => {
            let for_readers = with(options.clone(), "mode", "ro");
            Layout {
                set_up: Some(sqlite::WRITES),
                ..Layout::divided(options, pool, Some(for_readers))
            }
        }
    }
}

/// With another value for a parameter of the URL.
#[cfg(feature = "sqlite")]
fn with(mut options: AnyConnectOptions, name: &str, value: &str) -> AnyConnectOptions {
    let others: Vec<_> = options
        .database_url
        .query_pairs()
        .into_owned()
        .filter(|(key, _)| key != name)
        .collect();
    options
        .database_url
        .query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair(name, value);
    options
}
