//! `examples/patients`: register, verify, log in. On all databases, on a pool and in a sandbox.

mod faults;
mod letters;
mod outbox;

use std::net::{SocketAddr, TcpListener};

use application::{
    Client, Question, bearing, count, crowd, get, nothing_is_left, open, post, works_in_a_sandbox,
    works_on_a_pool,
};
use patients::{MIGRATIONS, Mailer, Outbox, Params, Patients};
use sqlx::Any;
use sqlx_transactional::Db;
use tests::{
    checks::PROMISED,
    explorer::polled,
    servers::{Server, TestDatabase},
};
use tokio::{task::yield_now, time::timeout};

use self::letters::Letters;

const ADA: &str =
    r#"{"name": "Ada Lovelace", "email": "ada@example.org", "password": "analytical"}"#;

/// Serves the application in two threads until the test's runtime ends.
async fn serve(db: Db<Any>, mailer: impl Mailer + 'static) -> (SocketAddr, Outbox) {
    let patients = patients(db, mailer).await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has free ports");
    let (address, outbox) = (
        listener.local_addr().expect("it is bound"),
        patients.outbox(),
    );
    tokio::spawn(
        patients
            .serve(listener, 2, std::future::pending())
            .expect("it listens"),
    );
    (address, outbox)
}

/// The application, with cheap password hashes.
async fn patients(db: Db<Any>, mailer: impl Mailer + 'static) -> Patients {
    let cost = Params::new(8, 1, 1, None).expect("the least there is");
    Patients::new(db, std::sync::Arc::new(mailer), cost)
        .await
        .expect("the database is there")
}

/// A database with its tables.
async fn created<DB: Server>() -> TestDatabase<DB> {
    application::created(async |db| db.migrate(&MIGRATIONS).await).await
}

fn me(token: &str) -> Question {
    bearing(token, get("/patients/me"))
}

fn log_in(password: &str) -> Question {
    post(
        "/sessions",
        &format!(r#"{{"email": "ada@example.org", "password": "{password}"}}"#),
    )
}

/// What every client sees, on any database.
async fn works(db: Db<Any>) {
    let letters = Letters::default();
    let (address, outbox) = serve(db, letters.clone()).await;
    let mut client = Client::of(address).await;
    let registered = client.ask(post("/patients", ADA)).await;
    assert_eq!(
        (registered.status, registered.field("email").as_str()),
        (201, "ada@example.org"),
        "{}",
        registered.text()
    );
    assert_eq!(
        letters.subjects(),
        ["Welcome"],
        "one is sent by the request, the other one waits"
    );
    let again = client
        .ask(post("/patients", &ADA.replace("ada@", "ADA@")))
        .await;
    assert_eq!(
        (again.status, again.text()),
        (409, "this e-mail address is registered")
    );
    for nonsense in [
        ADA.replace("analytical", "short"),
        ADA.replace('@', " "),
        ADA.replace("Ada Lovelace", " "),
        "{}".to_owned(),
    ] {
        assert_eq!(
            client.ask(post("/patients", &nonsense)).await.status,
            422,
            "{nonsense}"
        );
    }

    assert_eq!(client.ask(log_in("difference")).await.status, 401);
    assert_eq!(
        client
            .ask(post("/sessions", &ADA.replace("ada@", "bob@")))
            .await
            .status,
        401
    );
    let logged_in = client.ask(log_in("analytical")).await;
    assert_eq!(logged_in.status, 201, "{}", logged_in.text());
    let token = logged_in.field("token");
    let ada = client.ask(me(&token)).await;
    let fields = ["name", "verified_at", "logins", "wrong_passwords"].map(|field| ada.field(field));
    assert_eq!(
        (ada.status, fields.each_ref().map(String::as_str)),
        (200, ["Ada Lovelace", "null", "1", "1"])
    );
    assert_eq!(client.ask(get("/patients/me")).await.status, 401);
    assert_eq!(client.ask(me("nobody's")).await.status, 401);

    assert!(outbox.send_next().await.expect("the mail is sent"));
    assert!(
        !outbox.send_next().await.expect("there is a database"),
        "it is sent once"
    );
    assert_eq!(
        client.ask(post("/verifications/none", "")).await.status,
        404
    );
    assert_eq!(
        client
            .ask(post(&format!("/verifications/{}", letters.code()), ""))
            .await
            .status,
        204
    );
    assert_ne!(client.ask(me(&token)).await.field("verified_at"), "null");
    let health = client.ask(get("/health")).await;
    assert!(
        health.status == 200 && health.field("writer").contains("in_use"),
        "{}",
        health.text()
    );
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn on_a_pool() {
        let database = created::<DB>().await;
        works_on_a_pool(&database, works).await;
        assert_eq!(count(&database, "patients WHERE logins = 1 AND wrong_passwords = 1").await, 1);
    }

    #[tokio::test]
    async fn in_a_sandbox() {
        let database = created::<DB>().await;
        works_in_a_sandbox(&database, works).await;
        assert_eq!(count(&database, "patients").await, 0);
    }

    #[tokio::test]
    async fn an_address_is_registered_once_whoever_asks_at_the_same_time() {
        let database = created::<DB>().await;
        let db = open(&database, 8).await;
        let letters = Letters::default();
        let (address, _) = serve(db.clone(), letters.clone()).await;
        let clients = (0..16).map(|_| tokio::spawn(async move { Client::of(address).await.ask(post("/patients", ADA)).await.status }));
        let mut statuses = Vec::new();
        for client in clients.collect::<Vec<_>>() {
            statuses.push(client.await.expect("it is answered"));
        }
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 15][..]));
        assert_eq!((count(&database, "patients").await, count(&database, "outbox").await, letters.subjects().len()), (1, 1, 1));
        nothing_is_left(&database, db.pool()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_crowd_of_which_some_go_away_leaves_the_books_right() {
        let database = created::<DB>().await;
        let db = open(&database, 8).await;
        let letters = Letters::default();
        let (address, _) = serve(db.clone(), letters.clone()).await;
        let mut client = Client::of(address).await;
        assert_eq!(client.ask(post("/patients", ADA)).await.status, 201);
        let token = client.ask(log_in("analytical")).await.field("token");
        let tally = crowd::<Client>(address, 10, move |number| match number % 4 {
            0 | 1 => ("register", post("/patients", &ADA.replace("ada@", &format!("ada{}@", number / 8)))),
            2 => ("log in", log_in("analytical")),
            _ => ("me", me(&token)),
        }).await;
        tally.only(&[("register", 201), ("register", 409), ("log in", 201), ("me", 200)]);
        nothing_is_left(&database, db.pool()).await;

        let accounts = count(&database, "patients").await - 1;
        tally.carried_out("register", 201, accounts);
        assert_eq!(count(&database, "outbox").await, accounts + 1, "each has its mail");
        let (welcomes, answered) = (letters.subjects().len() - 1, tally.answered("register", 201));
        assert!((answered..=accounts).contains(&welcomes), "{welcomes} welcomed, {answered} answered, {accounts} stored");
        let logins = usize::try_from(database.integer("SELECT MAX(logins) FROM patients").await).expect("a count") - 1;
        assert_eq!(count(&database, "sessions").await, logins + 1);
        tally.carried_out("log in", 201, logins);
    }

    /// Another transaction has inserted the same address. Every database waits for its end.
    #[tokio::test]
    async fn a_client_that_goes_away_rolls_back() {
        let database = created::<DB>().await;
        let db = open(&database, 2).await;
        let letters = Letters::default();
        let (address, _) = serve(db.clone(), letters.clone()).await;
        let mut other = database.connect().await;
        let begun = "BEGIN; INSERT INTO patients (id, name, email, password, code) VALUES ('1', 'Ada', 'ada@example.org', '', '1')";
        sqlx::raw_sql(begun).execute(&mut other).await.expect("the address is free");
        let mut client = Client::of(address).await;
        {
            let mut waiting = Box::pin(client.ask(post("/patients", ADA)));
            while db.stats().transactions == 0 {
                assert!(polled(waiting.as_mut(), 1).await.is_none());
                yield_now().await;
            }
        }
        drop(client);
        let dropped = async {
            while db.stats().calls > 0 {
                yield_now().await;
            }
        };
        timeout(PROMISED, dropped).await.expect("the request went with its client");
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("it was begun");
        nothing_is_left(&database, db.pool()).await;
        assert_eq!((count(&database, "patients").await, count(&database, "outbox").await, letters.subjects().len()), (0, 0, 0));
    }
} }
