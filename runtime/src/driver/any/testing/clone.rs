//! `Any`'s part: that of the database that the URL names.
use sqlx::{Any, any::AnyConnectOptions};

use crate::driver::{
    any::Behind,
    testing::clone::{Cloning, Server, texts},
};

impl Cloning<Any> for Behind {
    fn server(options: &AnyConnectOptions) -> Option<&'static Server> {
        let scheme = options.database_url.scheme();
        #[cfg(feature = "postgres")]
        if <sqlx::Postgres as sqlx::Database>::URL_SCHEMES.contains(&scheme) {
            return Some(&crate::driver::postgres::testing::clone::SERVER);
        }
        #[cfg(feature = "mysql")]
        if <sqlx::MySql as sqlx::Database>::URL_SCHEMES.contains(&scheme) {
            return Some(&crate::driver::mysql::testing::clone::SERVER);
        }
        let _ = scheme;
        None
    }

    fn at(options: &AnyConnectOptions, name: &str) -> AnyConnectOptions {
        let mut other = options.clone();
        if Self::server(options).is_some() {
            other.database_url.set_path(name);
        } else if let Ok(file) = format!("sqlite://{name}?mode=rwc").parse::<AnyConnectOptions>() {
            other = file;
        }
        other
    }

    fn is_private(options: &AnyConnectOptions) -> bool {
        #[cfg(feature = "sqlite")]
        if let Some(options) = crate::driver::any::opening::sqlite_options(options) {
            return <crate::driver::sqlite::Settings as Cloning<sqlx::Sqlite>>::is_private(
                &options,
            );
        }
        let _ = options;
        false
    }

    fn before_sandbox(options: &AnyConnectOptions) -> Option<&'static str> {
        #[cfg(feature = "sqlite")]
        if crate::driver::any::opening::sqlite_options(options).is_some() {
            return Some(crate::driver::sqlite::testing::clone::PATIENCE);
        }
        let _ = options;
        None
    }

    texts!(Any);
}
