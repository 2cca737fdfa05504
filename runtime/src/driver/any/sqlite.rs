//! How SQLite is opened behind `Any`: the layouts of SQLite's own driver, with the settings as URL
//! parameters and SQL.
use sqlx::{
    Any, ConnectOptions as _, any::AnyConnectOptions, pool::PoolOptions,
    sqlite::SqliteConnectOptions,
};

use crate::driver::{
    connect::Layout,
    sqlite::opening::{self, Storage},
};

/// The SQLite options that the URL stands for. `None` if it is not a SQLite URL.
pub(crate) fn options(options: &AnyConnectOptions) -> Option<SqliteConnectOptions> {
    let url = &options.database_url;
    (url.scheme() == "sqlite").then(|| SqliteConnectOptions::from_url(url).ok())?
}

pub(crate) fn layout(
    place: Storage,
    options: AnyConnectOptions,
    pool: PoolOptions<Any>,
) -> Layout<Any> {
    match place {
        Storage::Memory => Layout {
            set_up: Some(opening::READS),
            ..opening::in_memory(with(options, "cache", "private"), pool)
        },
        Storage::ReadOnly => Layout {
            set_up: Some(opening::READS),
            ..Layout::plain(options, pool)
        },
        Storage::File => {
            let for_readers = with(options.clone(), "mode", "ro");
            Layout {
                set_up: Some(opening::WRITES),
                ..Layout::divided(options, pool, Some(for_readers))
            }
        }
    }
}

/// The options with a parameter of the URL replaced.
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
