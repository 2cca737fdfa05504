//! More than fifty wrong environments, each with the line of its error, and the options that right
//! environments lead to.
use std::fmt::Write as _;

use sqlx::{Any, ConnectOptions as _, MySql, Postgres, Sqlite};

use crate::db::environment::*;

/// A password, in right and in wrong variables. No error may show it.
const SECRET: &str = "hunter2";

fn lookup(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
    let variables: Vec<(String, OsString)> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    move |name| {
        variables
            .iter()
            .find(|(set, _)| set == name)
            .map(|(_, value)| value.clone())
    }
}

fn wrong<DB: Driver>(variables: &[(&str, &str)]) -> String {
    let error = DbOptions::<DB>::from_variables(lookup(variables))
        .err()
        .unwrap_or_else(|| panic!("{variables:?} is not wrong"));
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(SECRET) && !shown.contains('\n'), "{shown}");
    let sqlx::Error::Configuration(error) = error else {
        panic!("{error:?}")
    };
    let error = error
        .downcast::<EnvironmentError>()
        .expect("it is the environment's");
    assert!(error.to_string().contains(error.variable()));
    error.to_string()
}

macro_rules! wrong {
    ($($db:ty: $($name:ident $value:expr),* => $line:expr;)*) => {
        &[$((wrong::<$db> as fn(&[(&str, &str)]) -> String, &[$((stringify!($name), $value)),*], $line)),*]
    };
}

type Case = (
    fn(&[(&str, &str)]) -> String,
    &'static [(&'static str, &'static str)],
    &'static str,
);

/// The expected lines are written by hand: `just bless` does not change them.
const WRONG: &[Case] = wrong! {
    Postgres:
        => "`DATABASE_URL` is not set, nor are `DB_HOST`, `DB_NAME` and `DB_USER`, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL ""
        => "`DATABASE_URL` is not set, nor are `DB_HOST`, `DB_NAME` and `DB_USER`, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    MySql:
        => "`DATABASE_URL` is not set, nor are `DB_HOST`, `DB_NAME` and `DB_USER`, for example `DATABASE_URL=mysql://shop@localhost/shop`";
    Sqlite:
        => "`DATABASE_URL` is not set, nor is `DB_NAME`, for example `DATABASE_URL=sqlite:shop.db`";
    Postgres: DATABASE_URL "mysql://shop:hunter2-is-no-secret@localhost/shop"
        => "`DATABASE_URL` begins with `mysql:`, and this program uses PostgreSQL, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    MySql: DATABASE_URL "postgres://shop:hunter2-is-no-secret@localhost/shop"
        => "`DATABASE_URL` begins with `postgres:`, and this program uses MySQL, for example `DATABASE_URL=mysql://shop@localhost/shop`";
    Sqlite: DATABASE_URL "postgres://shop:hunter2-is-no-secret@localhost/shop"
        => "`DATABASE_URL` begins with `postgres:`, and this program uses SQLite, for example `DATABASE_URL=sqlite:shop.db`";
    Postgres: DATABASE_URL "oracle://shop:hunter2-is-no-secret@localhost/shop"
        => "`DATABASE_URL` does not begin with `postgres:`, `mysql:` or `sqlite:` (value not shown), for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL "hunter2-is-no-secret"
        => "`DATABASE_URL` is not a URL, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL "hunter2-is-no-secret://localhost/shop"
        => "`DATABASE_URL` does not begin with `postgres:`, `mysql:` or `sqlite:` (value not shown), for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL "hunter2:shop@localhost/shop"
        => "`DATABASE_URL` does not begin with `postgres:`, `mysql:` or `sqlite:` (value not shown), for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Sqlite: DATABASE_URL "hunter2://shop.db"
        => "`DATABASE_URL` does not begin with `postgres:`, `mysql:` or `sqlite:` (value not shown), for example `DATABASE_URL=sqlite:shop.db`";
    Postgres: DATABASE_URL "shop:hunter2-is-no-secret@localhost/shop"
        => "`DATABASE_URL` does not begin with `postgres:`, `mysql:` or `sqlite:` (value not shown), for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL "'postgres://shop:hunter2-is-no-secret@localhost/shop'"
        => "`DATABASE_URL` begins with a quote: remove the quotes, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL "postgres://shop:hunter2-is-no-secret@localhost:543210/shop"
        => "`DATABASE_URL` cannot be parsed: invalid port number; special characters in a password must be percent-encoded, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL "postgres://shop:hunter2-is-no-secret#@localhost/shop"
        => "`DATABASE_URL` cannot be parsed: invalid port number; special characters in a password must be percent-encoded, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL "postgres://shop:hunter2-is-no-secret/@localhost/shop"
        => "`DATABASE_URL` cannot be parsed: invalid port number; special characters in a password must be percent-encoded, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Postgres: DATABASE_URL "postgres://shop:hunter2-is-no-secret@localhost/shop?sslmode=always"
        => "`DATABASE_URL` cannot be parsed: unknown value \"always\" for `ssl_mode`; special characters in a password must be percent-encoded, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    MySql: DATABASE_URL "mysql://shop:hunter2-is-no-secret@:3306/shop"
        => "`DATABASE_URL` cannot be parsed: empty host; special characters in a password must be percent-encoded, for example `DATABASE_URL=mysql://shop@localhost/shop`";
    MySql: DATABASE_URL "mysql://shop:hunter2-is-no-secret@localhost/shop?ssl-mode=always"
        => "`DATABASE_URL` cannot be parsed: unknown value \"always\" for `ssl_mode`; special characters in a password must be percent-encoded, for example `DATABASE_URL=mysql://shop@localhost/shop`";
    MySql: DATABASE_URL "mysql://shop:hunter2-is-no-secret@localhost/shop?statement-cache-capacity=many"
        => "`DATABASE_URL` cannot be parsed: invalid digit found in string; special characters in a password must be percent-encoded, for example `DATABASE_URL=mysql://shop@localhost/shop`";
    Sqlite: DATABASE_URL "sqlite:shop.db?mode=create"
        => "`DATABASE_URL` cannot be parsed: unknown value \"create\" for `mode`, for example `DATABASE_URL=sqlite:shop.db`";
    Sqlite: DATABASE_URL "sqlite:shop.db?password=hunter2-is-no-secret"
        => "`DATABASE_URL` cannot be parsed: unknown query parameter `password` while parsing connection URL, for example `DATABASE_URL=sqlite:shop.db`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_HOST "localhost"
        => "`DB_HOST` and `DATABASE_URL` are both set: unset one of them, for example `unset DB_HOST`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_ENGINE "postgres"
        => "`DB_ENGINE` and `DATABASE_URL` are both set: unset one of them, for example `unset DB_ENGINE`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_PASSWORD "hunter2-is-no-secret"
        => "`DB_PASSWORD` and `DATABASE_URL` are both set: unset one of them, for example `unset DB_PASSWORD`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_PASSWORD_FILE "/run/secrets/hunter2-is-no-secret"
        => "`DB_PASSWORD_FILE` and `DATABASE_URL` are both set: unset one of them, for example `unset DB_PASSWORD_FILE`";
    Postgres: DB_HOST "localhost"
        => "`DB_NAME` is not set, for example `DB_NAME=shop`";
    Postgres: DB_HOST "localhost", DB_NAME "shop"
        => "`DB_USER` is not set, for example `DB_USER=shop`";
    Postgres: DB_NAME "shop", DB_USER "shop", DB_PASSWORD "hunter2-is-no-secret"
        => "`DB_HOST` is not set, for example `DB_HOST=localhost`";
    Postgres: DB_ENGINE "mysql", DB_HOST "localhost", DB_NAME "shop", DB_USER "shop"
        => "`DB_ENGINE` is `mysql`, and this program uses PostgreSQL, for example `DB_ENGINE=postgres`";
    MySql: DB_ENGINE "postgresql", DB_HOST "localhost", DB_NAME "shop", DB_USER "shop"
        => "`DB_ENGINE` is `postgresql`, and this program uses MySQL, for example `DB_ENGINE=mysql`";
    Sqlite: DB_ENGINE "mariadb", DB_NAME "shop.db"
        => "`DB_ENGINE` is `mariadb`, and this program uses SQLite, for example `DB_ENGINE=sqlite`";
    Postgres: DB_ENGINE "oracle", DB_HOST "localhost", DB_NAME "shop", DB_USER "shop"
        => "`DB_ENGINE` is not one of postgres, postgresql, mysql, mariadb, sqlite (value not shown), for example `DB_ENGINE=postgres`";
    Any: DB_ENGINE "hunter2", DB_HOST "localhost", DB_NAME "shop", DB_USER "shop"
        => "`DB_ENGINE` is not one of postgres, postgresql, mysql, mariadb, sqlite (value not shown), for example `DB_ENGINE=postgres`";
    Postgres: DB_ENGINE "postgres:", DB_HOST "localhost", DB_NAME "shop", DB_USER "shop"
        => "`DB_ENGINE` is not one of postgres, postgresql, mysql, mariadb, sqlite (value not shown), for example `DB_ENGINE=postgres`";
    Postgres: DB_ENGINE "postgres://shop:hunter2-is-no-secret@localhost/shop"
        => "`DB_ENGINE` is not one of postgres, postgresql, mysql, mariadb, sqlite (value not shown), for example `DB_ENGINE=postgres`";
    Postgres: DB_HOST "postgres://shop:hunter2-is-no-secret@localhost/shop", DB_NAME "shop", DB_USER "shop"
        => "`DB_HOST` is a URL, which belongs in `DATABASE_URL`, for example `DB_HOST=localhost`";
    Postgres: DB_HOST "localhost:5432", DB_NAME "shop", DB_USER "shop"
        => "`DB_HOST` ends with a port, which belongs in `DB_PORT`, for example `DB_HOST=localhost`";
    MySql: DB_HOST "shop:hunter2-is-no-secret@localhost", DB_NAME "shop", DB_USER "shop"
        => "`DB_HOST` is not a host name, an IP address or an absolute socket path, for example `DB_HOST=localhost`";
    MySql: DB_HOST "local host", DB_NAME "shop", DB_USER "shop"
        => "`DB_HOST` is not a host name, an IP address or an absolute socket path, for example `DB_HOST=localhost`";
    Postgres: DB_HOST "localhost", DB_PORT "postgres", DB_NAME "shop", DB_USER "shop"
        => "`DB_PORT` is not a port from 1 to 65535 (value not shown), for example `DB_PORT=5432`";
    Postgres: DB_HOST "localhost", DB_PORT "0", DB_NAME "shop", DB_USER "shop"
        => "`DB_PORT` is not a port from 1 to 65535 (value not shown), for example `DB_PORT=5432`";
    MySql: DB_HOST "localhost", DB_PORT "70000", DB_NAME "shop", DB_USER "shop"
        => "`DB_PORT` is not a port from 1 to 65535 (value not shown), for example `DB_PORT=3306`";
    MySql: DB_HOST "localhost", DB_PORT "-1", DB_NAME "shop", DB_USER "shop"
        => "`DB_PORT` is not a port from 1 to 65535 (value not shown), for example `DB_PORT=3306`";
    MySql: DB_HOST "localhost", DB_PORT "hunter2", DB_NAME "shop", DB_USER "shop"
        => "`DB_PORT` is not a port from 1 to 65535 (value not shown), for example `DB_PORT=3306`";
    Postgres: DB_HOST "localhost", DB_PORT "hunter2-is-no-secret", DB_NAME "shop", DB_USER "shop"
        => "`DB_PORT` is not a port from 1 to 65535 (value not shown), for example `DB_PORT=5432`";
    Postgres: DB_HOST "localhost", DB_NAME "shop", DB_USER "shop", DB_PASSWORD "hunter2-is-no-secret", DB_PASSWORD_FILE "/run/secrets/shop"
        => "`DB_PASSWORD_FILE` and `DB_PASSWORD` are both set: unset one of them, for example `DB_PASSWORD_FILE=/run/secrets/db_password`";
    Postgres: DB_HOST "localhost", DB_NAME "shop", DB_USER "shop", DB_PASSWORD_FILE "/no/such/hunter2-is-no-secret"
        => "`DB_PASSWORD_FILE` names a file that cannot be read: No such file or directory (os error 2), for example `DB_PASSWORD_FILE=/run/secrets/db_password`";
    Postgres: DB_HOST "localhost", DB_NAME "shop", DB_USER "shop", DB_PASSWORD_FILE "hunter2-is-no-secret"
        => "`DB_PASSWORD_FILE` names a file that cannot be read: No such file or directory (os error 2), for example `DB_PASSWORD_FILE=/run/secrets/db_password`";
    Postgres: DB_HOST "localhost", DB_NAME "shop", DB_USER "shop", DB_PASSWORD_FILE "/"
        => "`DB_PASSWORD_FILE` names a file that cannot be read: Is a directory (os error 21), for example `DB_PASSWORD_FILE=/run/secrets/db_password`";
    Postgres: DB_HOST "localhost", DB_NAME "shop", DB_USER "shop", DB_PASSWORD_FILE "/dev/null"
        => "`DB_PASSWORD_FILE` names an empty file, for example `DB_PASSWORD_FILE=/run/secrets/db_password`";
    Sqlite: DB_ENGINE "sqlite"
        => "`DB_NAME` is not set, for example `DB_NAME=/var/lib/shop/shop.db`";
    Sqlite: DB_NAME "shop.db", DB_HOST "localhost"
        => "`DB_HOST` is set, but SQLite has a file and no server: unset it, for example `unset DB_HOST`";
    Sqlite: DB_NAME "shop.db", DB_PASSWORD "hunter2-is-no-secret"
        => "`DB_PASSWORD` is set, but SQLite has a file and no server: unset it, for example `unset DB_PASSWORD`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_MAX "0"
        => "`DB_POOL_MAX` is not a number from 1 to 10000 (value not shown), for example `DB_POOL_MAX=20`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_MAX "4000000000"
        => "`DB_POOL_MAX` is not a number from 1 to 10000 (value not shown), for example `DB_POOL_MAX=20`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_MAX "ten"
        => "`DB_POOL_MAX` is not a number from 1 to 10000 (value not shown), for example `DB_POOL_MAX=20`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_MAX "hunter2"
        => "`DB_POOL_MAX` is not a number from 1 to 10000 (value not shown), for example `DB_POOL_MAX=20`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_MIN "-1"
        => "`DB_POOL_MIN` is not a number from 0 to 10000 (value not shown), for example `DB_POOL_MIN=2`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_MIN "20"
        => "`DB_POOL_MIN` is `20`, but the pool has at most 10 connections: raise `DB_POOL_MAX`, for example `DB_POOL_MAX=20`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_MAX "5", DB_POOL_MIN "6"
        => "`DB_POOL_MIN` is `6`, but the pool has at most 5 connections: raise `DB_POOL_MAX`, for example `DB_POOL_MAX=6`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_RECYCLE "30m"
        => "`DB_POOL_RECYCLE` is not a number of seconds from 1 to 31536000 (value not shown), for example `DB_POOL_RECYCLE=1800`";
    Postgres: DATABASE_URL "postgres://shop@localhost/shop", DB_POOL_RECYCLE "0"
        => "`DB_POOL_RECYCLE` is not a number of seconds from 1 to 31536000 (value not shown), for example `DB_POOL_RECYCLE=1800`";
    MySql: DATABASE_URL "mysql://shop@localhost/shop", DB_POOL_TIMEOUT "1.5"
        => "`DB_POOL_TIMEOUT` is not a number of seconds from 1 to 31536000 (value not shown), for example `DB_POOL_TIMEOUT=30`";
    Any: => "`DATABASE_URL` is not set, nor are `DB_ENGINE`, `DB_HOST`, `DB_NAME` and `DB_USER`, for example `DATABASE_URL=postgres://shop@localhost/shop`";
    Any: DB_HOST "localhost", DB_NAME "shop", DB_USER "shop"
        => "`DB_ENGINE` is not set, for example `DB_ENGINE=postgres`";
    Sqlite: DB_NAME "shop.db", DB_POOL_TIMEOUT "forever"
        => "`DB_POOL_TIMEOUT` is not a number of seconds from 1 to 31536000 (value not shown), for example `DB_POOL_TIMEOUT=30`";
};

#[test]
fn each_wrong_environment_has_its_line() {
    let mut different = String::new();
    for (wrong, variables, line) in WRONG {
        let said = wrong(variables);
        if said != *line {
            let _ = writeln!(
                different,
                "{variables:?}\n  is answered with {said:?}\n  and not with     {line:?}"
            );
        }
    }
    assert!(WRONG.len() >= 50 && different.is_empty(), "{different}");
}

fn right<DB: Driver>(variables: &[(&str, &str)]) -> DbOptions<DB> {
    DbOptions::from_variables(lookup(variables))
        .unwrap_or_else(|error| panic!("{variables:?}: {error}"))
}

/// The characters with a meaning in a URL, and one outside ASCII.
const ODD: &str = "p@ss:w/o?r#d %41+&=[]\\\"'ü";

#[test]
fn users_passwords_and_names_are_taken_as_they_are() {
    let parts = [
        ("DB_HOST", "db.example"),
        ("DB_PORT", "6543"),
        ("DB_NAME", ODD),
        ("DB_USER", ODD),
        ("DB_PASSWORD", ODD),
    ];
    let postgres = right::<Postgres>(&parts).connection;
    assert_eq!(
        (postgres.get_host(), postgres.get_port()),
        ("db.example", 6543)
    );
    assert_eq!(
        (postgres.get_username(), postgres.get_database()),
        (ODD, Some(ODD))
    );
    let told = format!("{postgres:?} {:?}", right::<MySql>(&parts).connection);
    assert_eq!(
        told.matches(&format!("password: Some({ODD:?})")).count(),
        2,
        "{told}"
    );

    let file = right::<Sqlite>(&[("DB_NAME", ODD)]).connection;
    assert_eq!(file.get_filename().to_str(), Some(ODD));
}

#[test]
fn a_host_is_a_name_an_address_or_a_socket() {
    let server = |host| [("DB_HOST", host), ("DB_NAME", "shop"), ("DB_USER", "shop")];
    for host in ["localhost", "db-1.internal_net", "127.0.0.1"] {
        assert_eq!(right::<Postgres>(&server(host)).connection.get_host(), host);
        assert_eq!(right::<MySql>(&server(host)).connection.get_host(), host);
    }
    assert_eq!(
        right::<MySql>(&server("::1")).connection.get_host(),
        "[::1]"
    );
    let socket = "/var/run/post gres";
    assert_eq!(
        right::<Postgres>(&server(socket))
            .connection
            .get_socket()
            .and_then(|path| path.to_str()),
        Some(socket)
    );
    assert_eq!(
        right::<MySql>(&server(socket))
            .connection
            .get_socket()
            .and_then(|path| path.to_str()),
        Some(socket)
    );
}

#[test]
fn any_is_what_the_engine_says() {
    for (engine, url) in [
        ("postgres", "postgres://shop@localhost/shop"),
        ("PostgreSQL", "postgres://shop@localhost/shop"),
        ("mysql", "mysql://shop@localhost/shop"),
        ("mariadb", "mysql://shop@localhost/shop"),
    ] {
        let parts = [
            ("DB_ENGINE", engine),
            ("DB_HOST", "localhost"),
            ("DB_NAME", "shop"),
            ("DB_USER", "shop"),
        ];
        assert_eq!(right::<Any>(&parts).connection.to_url_lossy().as_str(), url);
    }
    for (file, url) in [
        ("data/shop.db", "sqlite:data/shop.db"),
        ("/a b/c?.db", "sqlite:/a%20b/c%3F.db"),
        (":memory:", "sqlite::memory:"),
    ] {
        let options = right::<Any>(&[("DB_ENGINE", "sqlite"), ("DB_NAME", file)]).connection;
        assert_eq!(options.to_url_lossy().as_str(), url);
    }
}

#[test]
fn a_password_file_may_end_with_a_newline() {
    let file = std::env::temp_dir().join(format!("sqlx-transactional-{}", std::process::id()));
    for text in ["se cret", "se cret\n", "se cret\r\n"] {
        std::fs::write(&file, text).expect("the temporary directory can be written to");
        let file = file.to_str().expect("UTF-8");
        let parts = [
            ("DB_HOST", "localhost"),
            ("DB_NAME", "shop"),
            ("DB_USER", "shop"),
            ("DB_PASSWORD_FILE", file),
        ];
        let told = format!("{:?}", right::<Postgres>(&parts).connection);
        assert!(told.contains(r#"password: Some("se cret")"#), "{told}");
    }
    std::fs::remove_file(&file).expect("it was written");
}

#[test]
fn what_is_empty_is_not_set_and_the_pool_has_its_settings() {
    let options = right::<Postgres>(&[
        (
            "DATABASE_URL",
            "postgres://shop:hunter2-is-no-secret@localhost/shop",
        ),
        ("DB_HOST", ""),
        ("DB_PASSWORD_FILE", ""),
        ("DB_POOL_MAX", "30"),
        ("DB_POOL_MIN", "3"),
        ("DB_POOL_RECYCLE", "60"),
        ("DB_POOL_TIMEOUT", "5"),
    ]);
    let pool = &options.pool;
    assert_eq!(
        (pool.get_max_connections(), pool.get_min_connections()),
        (30, 3)
    );
    assert_eq!(
        (pool.get_max_lifetime(), pool.get_acquire_timeout()),
        (Some(Duration::from_mins(1)), Duration::from_secs(5))
    );
    assert!(!pool.get_test_before_acquire());
    let shown = format!("{options:?}");
    assert!(
        shown.contains("max_connections: 30") && !shown.contains(SECRET),
        "{shown}"
    );
}
