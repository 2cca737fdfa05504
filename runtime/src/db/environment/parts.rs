//! Reads `DB_ENGINE`, `DB_HOST` and the other variables that replace `DATABASE_URL`, and builds a
//! URL from them. User, name and password may contain any character, which the URL encodes.
use std::{fs, net::Ipv6Addr};

use crate::db::environment::{
    Result, Variables,
    error::EnvironmentError,
    url::{self, Engine, encoded},
};

/// The variables that every engine has.
const COMMON: [&str; 2] = ["DB_ENGINE", "DB_NAME"];
/// The variables that `SQLite` does not have.
const SERVER: [&str; 5] = [
    "DB_HOST",
    "DB_PORT",
    "DB_USER",
    "DB_PASSWORD",
    "DB_PASSWORD_FILE",
];

fn first_set(variables: Variables<'_>) -> Option<&'static str> {
    let common = variables.first_set(&COMMON);
    common.or_else(|| variables.first_set(&SERVER))
}

/// Refuses these variables beside `DATABASE_URL`, because one of the two would be ignored.
pub(super) fn refuse(variables: Variables<'_>) -> Result<()> {
    first_set(variables).map_or(Ok(()), |name| {
        let problem = "and `DATABASE_URL` are both set: unset one of them";
        Err(EnvironmentError::new(
            name,
            problem,
            format!("unset {name}"),
        ))
    })
}

/// The URL that the variables describe.
pub(super) fn url(variables: Variables<'_>, needed: Option<Engine>) -> Result<String> {
    if first_set(variables).is_none() {
        let problem = match needed {
            None => "is not set, nor are `DB_ENGINE`, `DB_HOST`, `DB_NAME` and `DB_USER`",
            Some(Engine::Sqlite) => "is not set, nor is `DB_NAME`",
            Some(_) => "is not set, nor are `DB_HOST`, `DB_NAME` and `DB_USER`",
        };
        return Err(url::error(problem, needed));
    }
    match engine(variables, needed)? {
        Engine::Sqlite => file_url(variables),
        engine => server_url(variables, engine),
    }
}

fn engine(variables: Variables<'_>, needed: Option<Engine>) -> Result<Engine> {
    const NAME: &str = "DB_ENGINE";
    let example = Engine::suggested(needed).names()[0];
    let wrong = |problem: String| EnvironmentError::value(NAME, problem, example);
    let Some(value) = variables.get(NAME, example)? else {
        return needed.ok_or_else(|| wrong("is not set".to_owned()));
    };
    let unknown = "is not one of postgres, postgresql, mysql, mariadb, sqlite (value not shown)";
    let engine = Engine::by_name(&value).ok_or_else(|| wrong(unknown.to_owned()))?;
    engine
        .usable(needed)
        .map_err(|reason| wrong(format!("is `{value}`, and {reason}")))
}

fn file_url(variables: Variables<'_>) -> Result<String> {
    if let Some(name) = variables.first_set(&SERVER) {
        let problem = "is set, but SQLite has a file and no server: unset it";
        return Err(EnvironmentError::new(
            name,
            problem,
            format!("unset {name}"),
        ));
    }
    let name = variables.required("DB_NAME", "/var/lib/shop/shop.db")?;
    Ok(format!("sqlite:{}", encoded(&name, "-_.~/:")))
}

fn server_url(variables: Variables<'_>, engine: Engine) -> Result<String> {
    let text = |text: &str| encoded(text, "-_.~");
    let default_port = match engine {
        Engine::Postgres => "5432",
        _ => "3306",
    };
    let host = host(variables)?;
    let port = variables.number("DB_PORT", "a port", 1..=65_535, default_port)?;
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let name = text(&variables.required("DB_NAME", "shop")?);
    let user = text(&variables.required("DB_USER", "shop")?);
    let password = password(variables)?.map(|password| format!(":{}", text(&password)));
    let scheme = engine.names()[0];
    let login = format!("{scheme}://{user}{}", password.unwrap_or_default());
    Ok(match engine {
        // For PostgreSQL the path is that of the socket's directory, for MySQL that of the socket.
        Engine::Postgres if host.starts_with('/') => {
            format!("{login}@{}{port}/{name}", text(&host))
        }
        _ if host.starts_with('/') => {
            format!("{login}@localhost/{name}?socket={}", text(&host))
        }
        _ if host.contains(':') => format!("{login}@[{host}]{port}/{name}"),
        _ => format!("{login}@{host}{port}/{name}"),
    })
}

/// A host name, an IP address or the absolute path of a socket. The error does not show the value,
/// because it may be a URL with a password.
fn host(variables: Variables<'_>) -> Result<String> {
    let host = variables.required("DB_HOST", "localhost")?;
    let is_name = |text: &str| {
        text.chars()
            .all(|character| character.is_alphanumeric() || "-_.".contains(character))
    };
    let problem = match host.rsplit_once(':') {
        _ if host.contains("://") => "is a URL, which belongs in `DATABASE_URL`",
        _ if host.starts_with('/') || host.parse::<Ipv6Addr>().is_ok() || is_name(&host) => {
            return Ok(host);
        }
        Some((name, port)) if is_name(name) && port.parse::<u16>().is_ok() => {
            "ends with a port, which belongs in `DB_PORT`"
        }
        _ => "is not a host name, an IP address or an absolute socket path",
    };
    Err(EnvironmentError::value("DB_HOST", problem, "localhost"))
}

fn password(variables: Variables<'_>) -> Result<Option<String>> {
    const FILE: &str = "DB_PASSWORD_FILE";
    let wrong = |problem: String| {
        Err(EnvironmentError::value(
            FILE,
            problem,
            "/run/secrets/db_password",
        ))
    };
    let password = variables.get("DB_PASSWORD", "..")?;
    let Some(file) = variables.find(FILE) else {
        return Ok(password);
    };
    if password.is_some() {
        return wrong("and `DB_PASSWORD` are both set: unset one of them".to_owned());
    }
    // The error does not show the path, because it may be the password itself.
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return wrong(format!("names a file that cannot be read: {error}")),
    };
    // Editors and `echo` end the last line of a file with a line break.
    let password = text
        .strip_suffix('\n')
        .map_or(&*text, |line| line.strip_suffix('\r').unwrap_or(line));
    if password.is_empty() {
        return wrong("names an empty file".to_owned());
    }
    Ok(Some(password.to_owned()))
}
