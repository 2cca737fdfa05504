//! Reads the configuration of a service from the environment: its database, its address, and its
//! other settings.
use std::{
    env,
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener},
    str::FromStr,
    time::Duration,
};

use sqlx::Any;
use sqlx_transactional::{Db, DbOptions};

/// Opens the database that the environment names. Without `DATABASE_URL` and `DB_NAME` it is the
/// SQLite file `file` in the working directory, which is created if necessary.
///
/// # Errors
/// A variable is malformed, or no connection could be made.
pub async fn open(file: &str) -> Result<Db<Any>, sqlx::Error> {
    open_with(file, options).await
}

/// The default options, with a shorter acquire timeout.
pub fn options(options: DbOptions<Any>) -> DbOptions<Any> {
    // Shorter than the timeout of a call, so that a call reports that the database cannot be
    // reached and not that the call took too long.
    options.pool(|pool| pool.acquire_timeout(Duration::from_secs(2)))
}

/// As [`open`], with the default options changed by `change`.
///
/// # Errors
/// As [`open`].
pub async fn open_with(
    file: &str,
    change: impl FnOnce(DbOptions<Any>) -> DbOptions<Any>,
) -> Result<Db<Any>, sqlx::Error> {
    let options = if env::var_os("DATABASE_URL").is_none() && env::var_os("DB_NAME").is_none() {
        DbOptions::from_url(&format!("sqlite://{file}?mode=rwc"))
    } else {
        DbOptions::from_env()
    };
    Ok(change(options?)
        .connect()
        .await?
        .with_timeout(Duration::from_secs(5)))
}

/// A variable has a malformed value.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` is not a valid {wanted}, for example `{name}={example}`")]
pub struct Malformed {
    name: &'static str,
    wanted: &'static str,
    example: &'static str,
}

/// The value of a variable, if it is set. `wanted` and `example` describe it in the error.
///
/// # Errors
/// The value is malformed.
pub fn variable<T: FromStr>(
    name: &'static str,
    wanted: &'static str,
    example: &'static str,
) -> Result<Option<T>, Malformed> {
    let Some(text) = env::var_os(name) else {
        return Ok(None);
    };
    let value = text.to_str().and_then(|text| text.parse().ok());
    value.map(Some).ok_or(Malformed {
        name,
        wanted,
        example,
    })
}

/// Where to listen: `LISTEN`, or port 3000 of the loopback interface.
///
/// # Errors
/// `LISTEN` is malformed.
pub fn address() -> Result<SocketAddr, Malformed> {
    let said = variable("LISTEN", "address with a port", "127.0.0.1:3001")?;
    Ok(said.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))))
}

/// Listens at [`address`].
///
/// # Errors
/// The address is malformed, is not an address of this machine, or is in use.
pub fn listener() -> io::Result<TcpListener> {
    let address = address().map_err(|error| io::Error::new(ErrorKind::InvalidInput, error))?;
    let listener = TcpListener::bind(address).map_err(|error| {
        let text = format!("cannot listen at {address}: {error}; choose another address, for example `LISTEN=127.0.0.1:3001`");
        io::Error::new(error.kind(), text)
    })?;
    listener.set_nonblocking(true)?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_what_it_says_or_one_error_that_names_it() {
        assert_eq!(
            variable::<u64>("NOT_SET_BY_ANYBODY", "number", "3").expect("it is not set"),
            None
        );
        assert!(
            variable::<String>("PATH", "list of directories", "/bin")
                .expect("any text will do")
                .is_some()
        );
        let error =
            variable::<u64>("PATH", "number of seconds", "60").expect_err("it is no number");
        assert_eq!(
            error.to_string(),
            "`PATH` is not a valid number of seconds, for example `PATH=60`"
        );
    }
}
