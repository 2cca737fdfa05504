//! Databases of tests behind `Any`. Each function calls that of the database that the URL names.
use sqlx::{Any, any::AnyConnectOptions};

use crate::driver::{
    any::{Chosen, opening::name_of},
    testing::clone::{Cloning, Server},
};

impl Cloning<Any> for Chosen {
    fn server(options: &AnyConnectOptions) -> Option<&'static Server> {
        match name_of(options) {
            #[cfg(feature = "postgres")]
            "PostgreSQL" => Some(&crate::driver::postgres::testing::clone::SERVER),
            #[cfg(feature = "mysql")]
            "MySQL" => Some(&crate::driver::mysql::testing::clone::SERVER),
            _ => None,
        }
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

    #[cfg(feature = "sqlite")]
    fn is_private(options: &AnyConnectOptions) -> bool {
        use crate::driver::sqlite::Settings;

        crate::driver::any::sqlite::options(options)
            .is_some_and(|options| <Settings as Cloning<sqlx::Sqlite>>::is_private(&options))
    }

    #[cfg(feature = "sqlite")]
    fn before_sandbox(options: &AnyConnectOptions) -> Option<&'static str> {
        (name_of(options) == "SQLite").then_some(crate::driver::sqlite::testing::clone::PATIENCE)
    }

    fn lead_nowhere(options: &mut AnyConnectOptions) {
        // sqlx has no driver for this scheme, so it cannot connect.
        let _ = options.database_url.set_scheme("nowhere");
    }
}
