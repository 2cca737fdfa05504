//! The command line.
use std::str::FromStr;

use clap::{Parser, value_parser};
use sqlx::{mysql::MySqlConnectOptions, postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

/// Many workers move money between accounts at once, while others read the books. Some calls
/// overdraw an account, some panic, some are cancelled half-way. Then all workers use the same few
/// accounts, and their transactions conflict. At the end an audit looks for money and rows that are
/// missing or should not be there.
#[derive(Debug, Parser)]
#[command(name = "bank", max_term_width = 100)]
pub(crate) struct Options {
    /// Where the accounts are kept: `postgres://user:password@host:port/database`,
    /// `mysql://user:password@host:port` (also MariaDB), or `sqlite:FILE?mode=rwc`. Tables are
    /// created for the run and dropped at its end. Without this option: SQLite, in a temporary file
    #[arg(long, value_name = "URL", value_parser = location)]
    pub(crate) database_url: Option<Location>,

    /// Concurrent workers
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = value_parser!(u16).range(1..=1000))]
    pub(crate) workers: u16,

    /// Transfers of the day; the rush after it makes a tenth as many payments
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = value_parser!(u32).range(1..=10_000_000))]
    pub(crate) transfers: u32,

    /// Accounts to move money between: the fewer accounts, the more conflicts
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = value_parser!(u32).range(2..=100_000))]
    pub(crate) accounts: u32,

    /// Chooses who pays whom, how much, and which calls go wrong
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Clone)]
pub(crate) enum Location {
    Sqlite(String),
    Postgres(String),
    MySql(String),
}

fn location(url: &str) -> Result<Location, String> {
    let wrong = |error: sqlx::Error| error.to_string();
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => SqliteConnectOptions::from_str(url)
            .map(|_| Location::Sqlite(url.to_owned()))
            .map_err(wrong),
        Some("postgres" | "postgresql") => PgConnectOptions::from_str(url)
            .map(|_| Location::Postgres(url.to_owned()))
            .map_err(wrong),
        Some("mysql" | "mariadb") => MySqlConnectOptions::from_str(url)
            .map(|_| Location::MySql(url.to_owned()))
            .map_err(wrong),
        _ => Err("it must begin with postgres://, mysql:// or sqlite:".to_owned()),
    }
}
