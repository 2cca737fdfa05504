//! `Db::from_env` in separate processes, on real servers. No password is ever shown.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

use sqlx::{Any, MySql, Postgres, Sqlite};
use sqlx_transactional::{Db, DbOptions, Driver, Session, transactional};
use tests::servers::TestDatabase;

use crate::log::Log;

/// Set in a process that this test starts. Names the database that it opens.
const WHICH: &str = "MADE_FROM_THE_ENVIRONMENT";

/// Runs this program again with these variables of a database and no others. Returns what it
/// prints: the handle or the error.
fn with(which: &str, variables: &[(&str, &str)]) -> String {
    let mut child = Command::new(std::env::current_exe().expect("a program"));
    child.args([
        "--exact",
        "--nocapture",
        "db::made_from_the_environment::what_a_process_says",
    ]);
    for name in ["DATABASE_URL", "PGAPPNAME", "PGPASSWORD"] {
        child.env_remove(name);
    }
    let output = child
        .env(WHICH, which)
        .envs(variables.iter().copied())
        .output()
        .expect("it runs");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let line = said.lines().find_map(|line| line.split_once("it says: "));
    line.unwrap_or_else(|| panic!("it prints nothing: {said}"))
        .1
        .to_owned()
}

/// Run by [`with`]. On its own, it prints nothing.
#[tokio::test]
async fn what_a_process_says() {
    async fn made<DB: Driver>() -> String {
        match Db::<DB>::from_env().await {
            Ok(db) => format!(
                "{db:?}, {} at the most",
                db.pool().options().get_max_connections()
            ),
            Err(error) => error.to_string(),
        }
    }
    let Ok(which) = std::env::var(WHICH) else {
        return;
    };
    let said = match which.as_str() {
        "postgres" => made::<Postgres>().await,
        "mysql" => made::<MySql>().await,
        "sqlite" => made::<Sqlite>().await,
        "any" => made::<Any>().await,
        _ => match Db::<Postgres>::from_env().await {
            Ok(db) => sqlx::query_scalar("SHOW application_name")
                .fetch_one(db.pool())
                .await
                .expect("the server tells"),
            Err(error) => error.to_string(),
        },
    };
    println!("\nit says: {said}");
}

/// User, host, port and name of a URL.
fn parts(url: &str) -> [&str; 4] {
    let (_, rest) = url.split_once("://").expect("a URL");
    let (user, rest) = rest.split_once('@').expect("a user");
    let (address, name) = rest.split_once('/').expect("a name");
    let (host, port) = address.rsplit_once(':').expect("a port");
    [user, host, port, name]
}

on! { [postgres mysql]
    #[tokio::test]
    async fn a_server_by_its_url_and_by_its_parts() {
        let database = TestDatabase::<DB>::new().await;
        let kind = if <DB as sqlx::Database>::NAME == "MySQL" { "mysql" } else { "postgres" };
        let [user, host, port, name] = parts(database.url());
        let parts = [("DB_ENGINE", kind), ("DB_USER", user), ("DB_HOST", host), ("DB_PORT", port), ("DB_NAME", name), ("DB_POOL_MAX", "7")];
        for which in [kind, "any"] {
            let said = with(which, &[("DATABASE_URL", database.url())]);
            assert!(said.starts_with("Db {") && said.ends_with("10 at the most"), "{said}");
            let said = with(which, &parts);
            assert!(said.starts_with("Db {") && said.ends_with("7 at the most"), "{said}");
        }
        assert_eq!(
            with(kind, &parts[1..4]),
            "error with configuration: `DB_NAME` is not set, for example `DB_NAME=shop`"
        );
    }

    /// The server of this test checks the password. The tests' common server trusts every local
    /// user.
    #[tokio::test]
    async fn a_user_with_a_password_that_is_hard_to_write() {
        let database = TestDatabase::<DB>::new().await;
        let [_, host, port, name] = parts(database.url());
        let (user, password) = (format!("u{}", &name[name.len() - 12..]), "p@ss:w/o?r#d %41+&");
        let create = if <DB as sqlx::Database>::NAME == "MySQL" {
            format!("CREATE USER '{user}'@'%' IDENTIFIED BY '{password}'; GRANT ALL ON {name}.* TO '{user}'@'%'")
        } else {
            format!("CREATE USER {user} PASSWORD '{password}'")
        };
        database.run(&create).await;
        let db = DbOptions::<DB>::from_variables(|variable| {
            let value = match variable {
                "DB_USER" => &user,
                "DB_HOST" => host,
                "DB_PORT" => port,
                "DB_NAME" => name,
                "DB_PASSWORD" => password,
                _ => return None,
            };
            Some(value.into())
        });
        let opened = db.expect("all is there").connect().await;
        let gone = if <DB as sqlx::Database>::NAME == "MySQL" { format!("DROP USER '{user}'@'%'") } else { format!("DROP USER {user}") };
        database.run(&gone).await;
        opened.expect("the password is right");
    }
}

#[tokio::test]
async fn a_file_by_its_url_and_by_its_name() {
    let database = TestDatabase::<Sqlite>::with_accounts().await;
    let (_, rest) = database.url().split_once("//").expect("a URL");
    let (file, _) = rest.split_once('?').expect("parameters");
    for which in ["sqlite", "any"] {
        for variables in [
            [("DATABASE_URL", database.url())].as_slice(),
            &[("DB_ENGINE", "sqlite"), ("DB_NAME", file)],
        ] {
            let said = with(which, variables);
            assert!(
                said.starts_with("Db {") && said.ends_with("1 at the most"),
                "{said}"
            );
        }
    }
    let said = with("sqlite", &[("DB_NAME", &format!("{file}.none"))]);
    assert!(said.contains("does not exist"), "{said}");
}

#[tokio::test]
async fn pgappname_wins() {
    let database = TestDatabase::<Postgres>::new().await;
    assert_eq!(
        with(
            "name",
            &[("DATABASE_URL", database.url()), ("PGAPPNAME", "till")]
        ),
        "till"
    );
}

#[transactional]
async fn one<DB: Driver>(session: &mut Session<DB>) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("SELECT 1").execute(session).await.map(drop)
}

/// No error, handle or log line contains the password of a URL.
#[tokio::test]
async fn a_password_is_never_shown() {
    const SECRET: &str = "hunter2-in-secret";

    async fn shown<DB: Driver>(url: &str) -> String {
        let options = || {
            DbOptions::<DB>::from_url(url)
                .map(|options| options.pool(|pool| pool.max_connections(2)))
        };
        let mut shown = match options() {
            Ok(options) => {
                let of_options = format!("{options:?}");
                format!(
                    "{of_options} {:?}",
                    options
                        .connect()
                        .await
                        .map_err(|error| format!("{error} {error:?}"))
                )
            }
            Err(error) => format!("{error} {error:?}"),
        };
        if let Ok(Ok(db)) = options().map(DbOptions::connect_lazy) {
            let called = tokio::time::timeout(Duration::from_secs(1), one(&db)).await;
            let _ = write!(shown, "{db:?} {called:?}");
        }
        shown
    }
    let (postgres, mysql) = (
        TestDatabase::<Postgres>::new().await,
        TestDatabase::<MySql>::new().await,
    );
    let with_password = |url: &str| url.replacen('@', &format!(":{SECRET}@"), 1);
    let (log, mut said) = (Log::default(), String::new());
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone());
    {
        let _here = tracing::subscriber::set_default(subscriber.finish());
        // This server trusts every user. The next one asks for a password, and has another one.
        said.push_str(&shown::<Postgres>(&with_password(postgres.url())).await);
        said.push_str(&shown::<MySql>(&with_password(mysql.url())).await);
        for url in [
            postgres.url(),
            mysql.url(),
            "postgres://shop@127.0.0.1:1/none",
            "mysql://shop@localhost:543210/none",
            "oracle://shop@localhost/none",
        ] {
            said.push_str(&shown::<Any>(&with_password(url)).await);
        }
        for broken in [
            "postgres://shop:hunter2-in-secret/@localhost/shop",
            "hunter2-in-secret",
            "postgres://shop:hunter2-in-secret@[/shop",
        ] {
            said.push_str(&shown::<Postgres>(broken).await);
            said.push_str(&shown::<Any>(broken).await);
        }
    }
    said.push_str(&log.read());
    assert!(
        said.contains("max_connections: 2") && said.contains("SELECT 1") && said.len() > 2000,
        "something was said: {said}"
    );
    let line = said.lines().find(|line| line.contains(SECRET));
    assert_eq!(line, None);
}
