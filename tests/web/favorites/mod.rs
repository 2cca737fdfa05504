//! `examples/favorites`: lists of many creatures or none, and distinct errors. On all databases, on
//! a pool and in a sandbox.

mod classes;
mod faults;
mod gone;

use std::net::SocketAddr;

use application::{
    Answer, Client, Question, crowd, delete, get, nothing_is_left, open, post, works_in_a_sandbox,
    works_on_a_pool,
};
use favorites::{application, migrate, options};
use rocket::{Config, Shutdown, fairing::AdHoc, figment::Figment};
use sqlx::Any;
use sqlx_transactional::{Db, DbOptions};
use tests::servers::{Server, TestDatabase};
use tokio::{sync::oneshot, task::JoinHandle};

const ADAS: &str = "/users/ada/favorites";
const TWO: &str = r#"["fox", "owl"]"#;

/// The service, until the test's runtime ends or it is asked to end.
struct Served {
    address: SocketAddr,
    shutdown: Shutdown,
    ended: JoinHandle<Result<(), rocket::Error>>,
}

async fn launch(db: Db<Any>) -> Served {
    // Signals are for the process of the tests. Requests get no time to finish.
    let configuration = Figment::from(Config::default())
        .merge(("port", 0))
        .merge(("shutdown.ctrlc", false))
        .merge(("shutdown.signals", Vec::<String>::new()))
        .merge(("shutdown.grace", 0))
        .merge(("shutdown.mercy", 0));
    let (listens, address) = oneshot::channel();
    let listening = AdHoc::on_liftoff("its address", |rocket| {
        let address = SocketAddr::new(rocket.config().address, rocket.config().port);
        Box::pin(async move { listens.send(address).expect("the test waits for it") })
    });
    let rocket = application(db, configuration)
        .await
        .expect("the database is there")
        .attach(listening);
    let rocket = rocket.ignite().await.expect("the routes are right");
    let shutdown = rocket.shutdown();
    let ended = tokio::spawn(async move { rocket.launch().await.map(drop) });
    Served {
        address: address.await.expect("the loopback has free ports"),
        shutdown,
        ended,
    }
}

async fn client(db: &Db<Any>) -> Client {
    Client::of(launch(db.clone()).await.address).await
}

/// A database with its tables and a user.
async fn created<DB: Server>() -> TestDatabase<DB> {
    let database = TestDatabase::<DB>::new().await;
    prepare(&database).await;
    database
}

async fn prepare<DB: Server>(database: &TestDatabase<DB>) {
    application::migrated(database, async |db| migrate(db).await).await;
    database
        .run("INSERT INTO users (name) VALUES ('ada')")
        .await;
}

fn is(answer: &Answer, status: u16, class: &str) {
    assert_eq!(
        (answer.status, answer.field("class").as_str()),
        (status, class),
        "{}",
        answer.text()
    );
}

async fn stored<DB: Server>(database: &TestDatabase<DB>) -> i64 {
    database.integer("SELECT COUNT(*) FROM favorites").await
}

/// Every counter agrees with the rows that it counts.
async fn books_are_right<DB: Server>(database: &TestDatabase<DB>) {
    let users = "SELECT COUNT(*) FROM users u WHERE u.favorites <> (SELECT COUNT(*) FROM favorites f WHERE f.user_name = u.name)";
    let creatures = "SELECT COUNT(*) FROM creatures c WHERE c.fans <> (SELECT COUNT(*) FROM favorites f WHERE f.creature = c.name)";
    assert_eq!(
        (
            database.integer(users).await,
            database.integer(creatures).await
        ),
        (0, 0)
    );
}

/// What every client sees, on any database.
async fn works(db: Db<Any>) {
    let mut client = client(&db).await;
    let grace = r#"{"name": "grace"}"#;
    assert_eq!(client.ask(post("/users", grace)).await.status, 201);
    is(&client.ask(post("/users", grace)).await, 409, "constraint");
    let list = "/users/grace/favorites";
    assert_eq!(client.ask(get(list)).await.text(), "[]");
    let added = client.ask(post(list, r#"["owl", "fox"]"#)).await;
    assert_eq!((added.status, added.text()), (201, r#"["fox","owl"]"#));
    assert_eq!(
        client.ask(post(list, "[]")).await.status,
        201,
        "an empty list is accepted"
    );
    for (refused, why) in [
        (r#"["lynx", "unicorn"]"#, "there is no such creature"),
        (r#"["lynx", "lynx"]"#, "it is there already"),
        (r#"["lynx", "fox"]"#, "it is there already"),
        (
            r#"["lynx", "newt", "crow", "otter"]"#,
            "that is more than a user can have",
        ),
    ] {
        let answer = client.ask(post(list, refused)).await;
        is(&answer, 409, "constraint");
        assert_eq!(answer.field("error"), why);
        assert_eq!(
            client.ask(get(list)).await.text(),
            r#"["fox","owl"]"#,
            "nothing of {refused} is stored"
        );
    }
    for (question, status) in [
        (post("/users/nobody/favorites", TWO), 404),
        (get("/users/nobody/favorites"), 404),
        (get("/users/No%00body/favorites"), 422),
        (post("/users", r#"{"name": "A'da"}"#), 422),
        (post(list, "[7]"), 422),
        (post(list, "["), 400),
        (get("/nowhere"), 404),
    ] {
        let asked = format!("{} {}", question.method(), question.uri());
        let answer = client.ask(question).await;
        assert_eq!(answer.status, status, "{asked}: {}", answer.text());
        assert!(
            ["not_found", "request"].contains(&answer.field("class").as_str()),
            "{asked}: {}",
            answer.text()
        );
    }
    assert_eq!(
        client
            .ask(delete("/users/grace/favorites/fox"))
            .await
            .status,
        204
    );
    is(
        &client.ask(delete("/users/grace/favorites/fox")).await,
        404,
        "not_found",
    );
    assert_eq!(client.ask(get(list)).await.text(), r#"["owl"]"#);
    let popular = client.ask(get("/creatures")).await;
    assert!(
        popular
            .text()
            .starts_with(r#"[{"name":"owl","fans":1},{"name":"badger","fans":0}"#),
        "{}",
        popular.text()
    );
    for path in ["/health", "/connection"] {
        let answer = client.ask(get(path)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

const SOONER: &str = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''10ms''', current_database()); END $$";

/// Twenty users who add the same creatures in one order or the other, and remove them again.
fn plan(number: usize) -> (&'static str, Question) {
    let user = format!("/users/user-{}/favorites", number / 4 % 20);
    match number % 4 {
        0 => (
            "add",
            post(
                &user,
                if number.is_multiple_of(8) {
                    TWO
                } else {
                    r#"["owl", "fox"]"#
                },
            ),
        ),
        1 => (
            "remove",
            delete(&format!(
                "{user}/{}",
                if number % 8 == 1 { "fox" } else { "owl" }
            )),
        ),
        2 => ("list", get(&user)),
        _ => (
            "register",
            post(
                "/users",
                &format!(r#"{{"name": "user-{}"}}"#, number / 4 % 30),
            ),
        ),
    }
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn on_a_pool() {
        let database = created::<DB>().await;
        works_on_a_pool(&database, works).await;
        books_are_right(&database).await;
    }

    #[tokio::test]
    async fn in_a_sandbox() {
        let database = created::<DB>().await;
        works_in_a_sandbox(&database, works).await;
        assert_eq!(database.integer("SELECT COUNT(*) FROM users").await, 1);
        books_are_right(&database).await;
    }

    /// The conflicts are the database's own, and a call that meets one is tried again.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_crowd_of_which_some_go_away_leaves_the_books_right() {
        let database = created::<DB>().await;
        for user in 0..20 {
            database.run(&format!("INSERT INTO users (name) VALUES ('user-{user}')")).await;
        }
        if <DB as sqlx::Database>::NAME == "PostgreSQL" {
            // By default, PostgreSQL looks for deadlocks after one second.
            database.run(SOONER).await;
        }
        let db = open(&database, 8).await;
        let served = launch(db.clone()).await;
        let tally = crowd::<Client>(served.address, 10, plan).await;
        tally.only(&[("add", 201), ("add", 409), ("remove", 204), ("remove", 404), ("list", 200), ("register", 201), ("register", 409)]);
        assert!(tally.answered("add", 201) > 0 && tally.answered("remove", 204) > 0, "{tally:?}");
        nothing_is_left(&database, db.pool()).await;
        books_are_right(&database).await;
    }
} }

/// The settings that the documentation of `DbOptions` promises, and those that the example adds.
#[tokio::test]
async fn the_pragmas_are_those_of_the_connection() {
    let database = created::<sqlx::Sqlite>().await;
    let db = options(DbOptions::from_url(database.url()).expect("a URL"))
        .connect()
        .await
        .expect("the file is there");
    let answer = client(&db).await.ask(get("/connection")).await;
    let expected = r#"{"database":"SQLite","server_version":"3."#;
    assert!(
        answer.status == 200 && answer.text().starts_with(expected),
        "{}",
        answer.text()
    );
    let expected =
        r#""pragmas":{"journal_mode":"wal","foreign_keys":1,"synchronous":2,"busy_timeout":5000}"#;
    assert!(answer.text().contains(expected), "{}", answer.text());
}
