//! What the environment says of a service: its database, where it listens, and whatever else it can
//! be told.
use std::{
    env,
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener},
    str::FromStr,
    time::Duration,
};

use sqlx::Any;
use sqlx_transactional::{Db, DbOptions};

/// The database that the environment names, or `file` of SQLite in the working directory.
///
/// # Errors
/// A variable is malformed, or there is no connection.
pub async fn open(file: &str) -> Result<Db<Any>, sqlx::Error> {
    open_with(file, options).await
}

/// What differs from the crate's defaults.
pub fn options(options: DbOptions<Any>) -> DbOptions<Any> {
    // Less than a call may take: where the server is away that is what is said, and not that the
    // call took too long.
    options.pool(|pool| pool.acquire_timeout(Duration::from_secs(2)))
}

/// The same, with what `change` makes of the crate's own options.
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

/// A variable says something else than it has to.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` is no {wanted}, for example `{name}={example}`")]
pub struct Malformed {
    name: &'static str,
    wanted: &'static str,
    example: &'static str,
}

/// What a variable says, if it is set: a `wanted`, such as `example`.
///
/// # Errors
/// It is something else.
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
/// That is no address.
pub fn address() -> Result<SocketAddr, Malformed> {
    let said = variable("LISTEN", "address with a port", "127.0.0.1:3001")?;
    Ok(said.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))))
}

/// Listens there.
///
/// # Errors
/// There is no such address here, or somebody else listens there.
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
            "`PATH` is no number of seconds, for example `PATH=60`"
        );
    }
}
