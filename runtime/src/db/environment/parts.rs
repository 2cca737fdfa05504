//! `DB_ENGINE`, `DB_HOST` and the others, where there is no `DATABASE_URL`.
use std::{fs, net::Ipv6Addr};

use crate::db::environment::{
    Lookup, Result,
    error::{EnvironmentError, found},
    number,
    url::{Engine, encoded, example},
    variable,
};

const ALL: [&str; 7] = [
    "DB_ENGINE",
    "DB_HOST",
    "DB_PORT",
    "DB_NAME",
    "DB_USER",
    "DB_PASSWORD",
    "DB_PASSWORD_FILE",
];
/// What a file has no use for.
const OF_SERVERS: [&str; 5] = [
    "DB_HOST",
    "DB_PORT",
    "DB_USER",
    "DB_PASSWORD",
    "DB_PASSWORD_FILE",
];

/// Not `Debug`: there is a password in it.
pub(super) enum Parts {
    Server(Server),
    /// The name of the file.
    File(String),
}

pub(super) struct Server {
    engine: Engine,
    host: String,
    port: Option<u32>,
    name: String,
    user: String,
    password: Option<String>,
}

impl Parts {
    /// Beside a URL there must be none of them, or one of the two would be ignored.
    pub(super) fn refuse(lookup: Lookup<'_>) -> Result<()> {
        match set(lookup, &ALL) {
            Some(name) => Err(EnvironmentError::new(
                name,
                "is set beside `DATABASE_URL`, and one of the two would be ignored: unset one of them",
                format!("unset {name}"),
            )),
            None => Ok(()),
        }
    }

    pub(super) fn read(lookup: Lookup<'_>, needed: Option<Engine>) -> Result<Self> {
        if set(lookup, &ALL).is_none() {
            let problem = match needed {
                None => "is not set, nor are `DB_ENGINE`, `DB_HOST`, `DB_NAME` and `DB_USER`",
                Some(Engine::Sqlite) => "is not set, nor is `DB_NAME`",
                Some(_) => "is not set, nor are `DB_HOST`, `DB_NAME` and `DB_USER`",
            };
            return Err(EnvironmentError::new(
                "DATABASE_URL",
                problem,
                example(needed),
            ));
        }
        match engine(lookup, needed)? {
            Engine::Sqlite => file(lookup).map(Self::File),
            engine => server(lookup, engine).map(Self::Server),
        }
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Server(server) => server.url(),
            Self::File(name) => format!("sqlite:{}", encoded(name, "-_.~/:")),
        }
    }
}

impl Server {
    fn url(&self) -> String {
        let text = |text: &str| encoded(text, "-_.~");
        let Self {
            engine,
            host,
            port,
            name,
            user,
            password,
        } = self;
        let password = password
            .as_ref()
            .map(|password| format!(":{}", text(password)))
            .unwrap_or_default();
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let (scheme, user, name) = (engine.names()[0], text(user), text(name));
        match engine {
            // The directory of the server's socket, or the socket.
            Engine::Postgres if host.starts_with('/') => {
                format!("{scheme}://{user}{password}@{}{port}/{name}", text(host))
            }
            _ if host.starts_with('/') => format!(
                "{scheme}://{user}{password}@localhost/{name}?socket={}",
                text(host)
            ),
            _ if host.contains(':') => format!("{scheme}://{user}{password}@[{host}]{port}/{name}"),
            _ => format!("{scheme}://{user}{password}@{host}{port}/{name}"),
        }
    }
}

fn engine(lookup: Lookup<'_>, needed: Option<Engine>) -> Result<Engine> {
    const NAME: &str = "DB_ENGINE";
    let example = format!(
        "DB_ENGINE={}",
        needed.unwrap_or(Engine::Postgres).names()[0]
    );
    let wrong = |problem: String| EnvironmentError::new(NAME, problem, example.clone());
    let Some(value) = variable(lookup, NAME, "postgres")? else {
        return needed.ok_or_else(|| wrong("is not set".to_owned()));
    };
    let Some(engine) = Engine::by_name(&value) else {
        return Err(wrong(format!(
            "is {}, which is none of postgres, postgresql, mysql, mariadb and sqlite",
            found(&value)
        )));
    };
    match engine.unusable(needed) {
        Some(reason) => Err(wrong(format!("is `{value}`, and {reason}"))),
        None => Ok(engine),
    }
}

fn file(lookup: Lookup<'_>) -> Result<String> {
    match set(lookup, &OF_SERVERS) {
        Some(name) => Err(EnvironmentError::new(
            name,
            "is set, and SQLite has a file instead of a server: unset it",
            format!("unset {name}"),
        )),
        None => required(lookup, "DB_NAME", "/var/lib/shop/shop.db"),
    }
}

fn server(lookup: Lookup<'_>, engine: Engine) -> Result<Server> {
    let port = if engine == Engine::Postgres {
        "5432"
    } else {
        "3306"
    };
    Ok(Server {
        engine,
        host: host(lookup)?,
        port: number(lookup, "DB_PORT", "a port", 1, 65_535, port)?,
        name: required(lookup, "DB_NAME", "shop")?,
        user: required(lookup, "DB_USER", "shop")?,
        password: password(lookup)?,
    })
}

/// A name, an address, or the path of a socket. It is not shown: it may be a whole URL.
fn host(lookup: Lookup<'_>) -> Result<String> {
    const NAME: &str = "DB_HOST";
    let wrong =
        |problem: &'static str| Err(EnvironmentError::new(NAME, problem, "DB_HOST=localhost"));
    let host = required(lookup, NAME, "localhost")?;
    let of_a_name = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    if host.contains("://") {
        return wrong("is a URL, which belongs in `DATABASE_URL`");
    }
    if host.starts_with('/') || host.parse::<Ipv6Addr>().is_ok() || host.chars().all(of_a_name) {
        return Ok(host);
    }
    match host.rsplit_once(':') {
        Some((name, port)) if name.chars().all(of_a_name) && port.parse::<u16>().is_ok() => {
            wrong("has a port at its end, which belongs in `DB_PORT`")
        }
        _ => wrong("is no name of a host, no address and no absolute path of a socket"),
    }
}

fn password(lookup: Lookup<'_>) -> Result<Option<String>> {
    const FILE: &str = "DB_PASSWORD_FILE";
    const EXAMPLE: &str = "DB_PASSWORD_FILE=/run/secrets/db_password";
    let password = variable(lookup, "DB_PASSWORD", "..")?;
    let Some(file) = lookup(FILE).filter(|file| !file.is_empty()) else {
        return Ok(password);
    };
    if password.is_some() {
        return Err(EnvironmentError::new(
            FILE,
            "is set beside `DB_PASSWORD`, and one of the two would be ignored: unset one of them",
            EXAMPLE,
        ));
    }
    // Its name is not shown: it may be the password.
    let mut text = fs::read_to_string(file).map_err(|error| {
        EnvironmentError::new(
            FILE,
            format!("names a file that cannot be read: {error}"),
            EXAMPLE,
        )
    })?;
    // Editors and `echo` end a line.
    if text.ends_with('\n') {
        text.pop();
        text.truncate(text.strip_suffix('\r').unwrap_or(&text).len());
    }
    if text.is_empty() {
        return Err(EnvironmentError::new(
            FILE,
            "names a file that is empty",
            EXAMPLE,
        ));
    }
    Ok(Some(text))
}

fn required(lookup: Lookup<'_>, name: &'static str, example: &str) -> Result<String> {
    variable(lookup, name, example)?
        .ok_or_else(|| EnvironmentError::new(name, "is not set", format!("{name}={example}")))
}

/// The first of the variables that is set.
fn set(lookup: Lookup<'_>, names: &[&'static str]) -> Option<&'static str> {
    names
        .iter()
        .copied()
        .find(|name| lookup(name).is_some_and(|value| !value.is_empty()))
}
