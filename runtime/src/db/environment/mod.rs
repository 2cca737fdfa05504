//! Reads `DATABASE_URL` and the `DB_` variables into [`DbOptions`]. The caller passes the lookup of
//! variables, so that a test needs no environment. `parts.rs` reads the variables that stand for a
//! URL, `url.rs` checks URLs, `error.rs` has the message.
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

use std::{ffi::OsString, ops::RangeInclusive, time::Duration};

use self::error::EnvironmentError;
use crate::{
    db::{environment::url::Engine, options::DbOptions},
    driver::Driver,
};

/// The highest `DB_POOL_MAX`, because a pool allocates a slot for each connection at once.
const MAX_CONNECTIONS: u32 = 10_000;
/// The longest time in the pool's variables, in seconds: a year.
const MAX_SECONDS: u32 = 31_536_000;

type Result<T> = std::result::Result<T, EnvironmentError>;

/// The options that the variables describe.
pub(super) fn read<DB: Driver>(lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<DbOptions<DB>> {
    let variables = Variables(lookup);
    let needed = Engine::of::<DB>();
    let url = match variables.get("DATABASE_URL", Engine::suggested(needed).url())? {
        Some(url) => {
            parts::refuse(variables)?;
            url::check(&url, needed)?;
            url
        }
        None => parts::url(variables, needed)?,
    };
    let options = url.parse();
    let options = options.map_err(|error| url::unreadable(&error, needed))?;
    set_pool(variables, DbOptions::new(options))
}

/// Whether no variable of the process's environment names a database.
#[cfg(feature = "test")]
pub(super) fn names_no_database() -> bool {
    let variables = Variables(&|name| std::env::var_os(name));
    variables.first_set(&["DATABASE_URL"]).is_none() && parts::refuse(variables).is_ok()
}

fn set_pool<DB: Driver>(variables: Variables<'_>, options: DbOptions<DB>) -> Result<DbOptions<DB>> {
    let connections =
        |name, least, example| variables.number(name, "a number", least..=MAX_CONNECTIONS, example);
    let seconds = |name, example| {
        let seconds = variables.number(name, "a number of seconds", 1..=MAX_SECONDS, example)?;
        Ok(seconds.map(|seconds| Duration::from_secs(seconds.into())))
    };
    let defaults = &options.pool;
    let max = connections("DB_POOL_MAX", 1, "20")?.unwrap_or(defaults.get_max_connections());
    let min = connections("DB_POOL_MIN", 0, "2")?.unwrap_or(defaults.get_min_connections());
    let recycle = seconds("DB_POOL_RECYCLE", "1800")?.or(defaults.get_max_lifetime());
    let timeout = seconds("DB_POOL_TIMEOUT", "30")?.unwrap_or(defaults.get_acquire_timeout());
    if min > max {
        return Err(EnvironmentError::new(
            "DB_POOL_MIN",
            format!("is `{min}`, but the pool has at most {max} connections: raise `DB_POOL_MAX`"),
            format!("DB_POOL_MAX={min}"),
        ));
    }
    Ok(options.pool(|pool| {
        pool.max_connections(max)
            .min_connections(min)
            .max_lifetime(recycle)
            .acquire_timeout(timeout)
    }))
}

/// The variables, by name. An empty variable counts as unset, because files that describe
/// containers leave variables empty.
#[derive(Clone, Copy)]
struct Variables<'a>(&'a dyn Fn(&str) -> Option<OsString>);

impl Variables<'_> {
    fn find(self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// The first of these variables that is set.
    fn first_set(self, names: &[&'static str]) -> Option<&'static str> {
        let is_set = |name: &&str| self.find(name).is_some();
        names.iter().copied().find(is_set)
    }

    /// The value of a variable. `example` is one that the error shows.
    fn get(self, name: &'static str, example: &str) -> Result<Option<String>> {
        let value = self.find(name).map(OsString::into_string).transpose();
        value.map_err(|_| EnvironmentError::value(name, "is not UTF-8", example))
    }

    fn required(self, name: &'static str, example: &str) -> Result<String> {
        self.get(name, example)?
            .ok_or_else(|| EnvironmentError::value(name, "is not set", example))
    }

    /// The value of a variable that is `what`, such as "a port", in this range.
    fn number(
        self,
        name: &'static str,
        what: &str,
        range: RangeInclusive<u32>,
        example: &str,
    ) -> Result<Option<u32>> {
        let Some(value) = self.get(name, example)? else {
            return Ok(None);
        };
        let number = value.parse().ok().filter(|number| range.contains(number));
        let (least, most) = (range.start(), range.end());
        let problem = || format!("is not {what} from {least} to {most} (value not shown)");
        number
            .map(Some)
            .ok_or_else(|| EnvironmentError::value(name, problem(), example))
    }
}
