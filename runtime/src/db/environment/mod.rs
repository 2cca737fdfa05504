//! A database as the environment describes it. A pure function over a lookup, so that tests need no
//! environment.
pub(crate) mod error;
pub(crate) mod parts;
#[cfg(all(
    test,
    feature = "postgres",
    feature = "mysql",
    feature = "sqlite",
    feature = "any"
))]
mod tests;
pub(crate) mod url;

use std::{ffi::OsString, time::Duration};

pub(crate) use crate::db::environment::error::EnvironmentError;
use crate::{
    db::{
        environment::{error::found, parts::Parts, url::Engine},
        options::DbOptions,
    },
    driver::Driver,
};

/// A pool has a place for each connection from the start.
const MOST_CONNECTIONS: u32 = 10_000;
/// A year, in seconds.
const LONGEST: u32 = 31_536_000;

type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;
type Result<T> = std::result::Result<T, EnvironmentError>;

/// The options that the variables describe.
pub(super) fn read<DB: Driver>(lookup: Lookup<'_>) -> Result<DbOptions<DB>> {
    let needed = Engine::of::<DB>();
    let options = match variable(
        lookup,
        "DATABASE_URL",
        needed.unwrap_or(Engine::Postgres).url(),
    )? {
        Some(url) => {
            Parts::refuse(lookup)?;
            url::check(&url, needed)?;
            url.parse()
                .map_err(|error| url::unreadable(&error, needed))?
        }
        None => Parts::read(lookup, needed)?
            .url()
            .parse()
            .map_err(|error| url::unreadable(&error, needed))?,
    };
    set_pool(lookup, DbOptions::new(options))
}

/// Whether the process's environment says nothing of where the database is.
#[cfg(feature = "test")]
pub(super) fn names_no_database() -> bool {
    let lookup: Lookup<'_> = &|name| std::env::var_os(name);
    lookup("DATABASE_URL").is_none_or(|url| url.is_empty()) && Parts::refuse(lookup).is_ok()
}

fn set_pool<DB: Driver>(lookup: Lookup<'_>, options: DbOptions<DB>) -> Result<DbOptions<DB>> {
    let connections =
        |name, least, example| number(lookup, name, "a number", least, MOST_CONNECTIONS, example);
    let seconds = |name, example| number(lookup, name, "a number of seconds", 1, LONGEST, example);
    let (most, least) = (
        connections("DB_POOL_MAX", 1, "20")?,
        connections("DB_POOL_MIN", 0, "2")?,
    );
    let (recycle, timeout) = (
        seconds("DB_POOL_RECYCLE", "1800")?,
        seconds("DB_POOL_TIMEOUT", "30")?,
    );
    let mut possible = 0;
    let options = options.pool(|mut pool| {
        if let Some(most) = most {
            pool = pool.max_connections(most);
        }
        if let Some(least) = least {
            pool = pool.min_connections(least);
        }
        if let Some(recycle) = recycle {
            pool = pool.max_lifetime(Duration::from_secs(recycle.into()));
        }
        if let Some(timeout) = timeout {
            pool = pool.acquire_timeout(Duration::from_secs(timeout.into()));
        }
        possible = pool.get_max_connections();
        pool
    });
    match least {
        Some(least) if least > possible => {
            let problem = format!(
                "is `{least}`, and the pool has {possible} connections at the most: raise `DB_POOL_MAX`"
            );
            Err(EnvironmentError::new(
                "DB_POOL_MIN",
                problem,
                format!("DB_POOL_MAX={least}"),
            ))
        }
        _ => Ok(options),
    }
}

/// What a variable is set to. Empty is not set: that is how files that describe containers leave
/// one out.
fn variable(lookup: Lookup<'_>, name: &'static str, example: &str) -> Result<Option<String>> {
    match lookup(name)
        .filter(|value| !value.is_empty())
        .map(OsString::into_string)
    {
        Some(Ok(value)) => Ok(Some(value)),
        Some(Err(_)) => Err(EnvironmentError::new(
            name,
            "is not UTF-8",
            format!("{name}={example}"),
        )),
        None => Ok(None),
    }
}

fn number(
    lookup: Lookup<'_>,
    name: &'static str,
    what: &str,
    least: u32,
    most: u32,
    example: &str,
) -> Result<Option<u32>> {
    let Some(value) = variable(lookup, name, example)? else {
        return Ok(None);
    };
    match value.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
        _ => {
            let problem = format!("is {}, not {what} from {least} to {most}", found(&value));
            Err(EnvironmentError::new(
                name,
                problem,
                format!("{name}={example}"),
            ))
        }
    }
}
