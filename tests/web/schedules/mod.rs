//! `examples/schedules`: staff schedules that workers generate, over gRPC. On all databases, on a
//! pool and in a sandbox.

mod audit;
mod classes;
mod client;
mod ending;
mod faults;
mod gate;
mod gone;
mod plan;
mod saving;
mod workers;

use application::{count, crowd, nothing_is_left, open, works_in_a_sandbox, works_on_a_pool};
use schedules::{
    migrate,
    proto::{AddStaffRequest, GenerateRequest},
};
use sqlx::Any;
use sqlx_transactional::Db;
use tests::servers::{Server, TestDatabase};
use tokio::task::yield_now;
use tokio_stream::{StreamExt as _, once};
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use self::client::{
    Caller, Question, Served, beside, code, job, order, publish, schedule, staff, state,
};

/// Two people for each of three shifts, on seven days.
const A_WEEK: usize = 42;

/// A database with its tables and a team of nurses.
async fn created<DB: Server>() -> TestDatabase<DB> {
    let database = application::created(async |db| migrate(db).await).await;
    database
        .run("INSERT INTO teams (name) VALUES ('nurses')")
        .await;
    for person in 0..8 {
        database
            .run(&format!(
                "INSERT INTO people (team, name) VALUES ('nurses', 'nurse-{person}')"
            ))
            .await;
    }
    database
}

/// The service with so many connections.
async fn served<DB: Server>(database: &TestDatabase<DB>, connections: u32) -> (Db<Any>, Served) {
    let db = open(database, connections).await;
    (db.clone(), Served::with(db, beside(database).await).await)
}

/// A number that only the sandbox's connection can read.
async fn number(db: &Db<Any>, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(db.pool())
        .await
        .expect("there is a row")
}

/// Schedules are complete or absent, the jobs agree with them, and so does each log.
async fn books_are_right<DB: Server>(database: &TestDatabase<DB>) {
    let nothing =
        async |what: &str, rows: &str| assert_eq!(count(database, rows).await, 0, "{what}");
    nothing(
        "incomplete",
        "schedules s WHERE s.shifts <> (SELECT COUNT(*) FROM shifts WHERE schedule = s.id)",
    )
    .await;
    nothing(
        "done without",
        "jobs j WHERE (state = 'done') <> EXISTS (SELECT 1 FROM schedules WHERE id = j.id)",
    )
    .await;
    nothing(
        "ended and due",
        "jobs WHERE (state IN ('done', 'failed')) <> (due IS NULL)",
    )
    .await;
    assert_eq!(
        count(database, "changes WHERE what LIKE 'schedule % has %'").await,
        count(database, "schedules").await
    );
    for (made, change, attempt) in [
        ("publications", "%is published", "publish %"),
        ("jobs", "%is queued", ""),
        ("teams WHERE name <> 'nurses'", "team %", "add team %"),
    ] {
        let made_by = count(database, made).await;
        assert_eq!(
            count(database, &format!("changes WHERE what LIKE '{change}'")).await,
            made_by,
            "{made}"
        );
        if !attempt.is_empty() {
            assert_eq!(
                count(
                    database,
                    &format!("attempts WHERE carried_out = 1 AND what LIKE '{attempt}'")
                )
                .await,
                made_by,
                "{made}"
            );
        }
    }
}

/// What every client sees, on any database.
#[expect(clippy::too_many_lines, reason = "one user's way through the service")]
async fn works(served: Served) {
    let (mut client, worker) = (served.client().await, served.worker("worker"));
    let team = client
        .add_staff(staff("porters", 12))
        .await
        .expect("it is new")
        .into_inner();
    assert_eq!((team.name.as_str(), team.people), ("porters", 12));
    assert_eq!(
        code(client.add_staff(staff("porters", 1)).await),
        Code::AlreadyExists
    );
    let twice = AddStaffRequest {
        team: "cooks".to_owned(),
        people: ["ada", "bob", "ada"].map(str::to_owned).to_vec(),
    };
    assert_eq!(code(client.add_staff(twice).await), Code::AlreadyExists);
    assert_eq!(
        code(client.add_staff(staff("cooks", 3)).await),
        Code::Ok,
        "nothing of the cooks was there"
    );
    for nonsense in [
        staff("", 1),
        staff("The Cooks", 1),
        staff("maids", 0),
        AddStaffRequest {
            people: vec!["A'da".to_owned()],
            ..staff("maids", 1)
        },
    ] {
        assert_eq!(
            code(client.add_staff(nonsense).await),
            Code::InvalidArgument
        );
    }

    let porters = GenerateRequest {
        team: "porters".to_owned(),
        ..order("december", 2)
    };
    for _ in 0..2 {
        let queued = client
            .generate(porters.clone())
            .await
            .expect("there is a team")
            .into_inner();
        assert_eq!(
            state(&queued),
            ("STATE_QUEUED", 0, 0),
            "one job, however often it is asked for"
        );
    }
    assert_eq!(
        code(
            client
                .generate(GenerateRequest {
                    weeks: 3,
                    ..porters.clone()
                })
                .await
        ),
        Code::AlreadyExists
    );
    assert_eq!(
        code(
            client
                .generate(GenerateRequest {
                    weeks: 53,
                    ..porters.clone()
                })
                .await
        ),
        Code::InvalidArgument
    );
    assert_eq!(
        code(
            client
                .generate(GenerateRequest {
                    first_day: "2026-02-30".to_owned(),
                    ..porters
                })
                .await
        ),
        Code::InvalidArgument
    );
    let cooks = GenerateRequest {
        team: "cooks".to_owned(),
        ..order("too-few", 1)
    };
    assert_eq!(code(client.generate(cooks).await), Code::Ok);
    assert_eq!(
        code(client.get_schedule(schedule("december")).await),
        Code::NotFound
    );

    for due in [true, true, false] {
        assert_eq!(worker.work_next().await.expect("there is a database"), due);
    }
    let done = client
        .watch_job(job("december"))
        .await
        .expect("it answers")
        .into_inner()
        .collect::<Vec<_>>()
        .await;
    let done: Vec<_> = done
        .into_iter()
        .map(|job| state(&job.expect("it is there")))
        .collect();
    assert_eq!(done, [("STATE_DONE", 100, 1)]);
    let failed = client
        .get_job(job("too-few"))
        .await
        .expect("it is there")
        .into_inner();
    assert_eq!(
        (state(&failed), failed.reason.as_str()),
        (
            ("STATE_FAILED", 0, 1),
            "3 people are too few for 6 shifts a day"
        )
    );
    assert_eq!(code(client.get_job(job("none")).await), Code::NotFound);
    let watched = client
        .watch_job(job("none"))
        .await
        .expect("it answers")
        .into_inner()
        .message()
        .await;
    assert_eq!(code(watched), Code::NotFound);

    assert_eq!(code(client.publish(publish("december")).await), Code::Ok);
    assert_eq!(
        code(client.publish(publish("december")).await),
        Code::AlreadyExists
    );
    let december = client
        .get_schedule(schedule("december"))
        .await
        .expect("it is complete")
        .into_inner();
    assert_eq!(
        (
            december.team.as_str(),
            december.published,
            december.shifts.len()
        ),
        ("porters", true, 2 * A_WEEK)
    );
    let last = december.shifts.last().expect("there are some");
    assert_eq!(
        (last.day.as_str(), last.kind.as_str()),
        ("2026-12-20", "night")
    );
    let log = client
        .list_audit(schedules::proto::ListAuditRequest {})
        .await
        .expect("there is a log")
        .into_inner();
    let refused = log
        .attempts
        .iter()
        .filter(|attempt| !attempt.carried_out)
        .count();
    assert_eq!(
        (log.changes.len(), log.attempts.len(), refused),
        (6, 10, 4),
        "{log:?}"
    );
    offers_the_standard_services(&served).await;
}

async fn offers_the_standard_services(served: &Served) {
    let mut health = HealthClient::new(served.channel().await);
    for (service, expected) in [
        ("", Code::Ok),
        ("schedules.v1.Schedules", Code::Ok),
        ("none", Code::NotFound),
    ] {
        assert_eq!(
            code(
                health
                    .check(HealthCheckRequest {
                        service: service.to_owned()
                    })
                    .await
            ),
            expected,
            "{service}"
        );
    }
    let list = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut answers = ServerReflectionClient::new(served.channel().await)
        .server_reflection_info(once(list))
        .await
        .expect("it answers")
        .into_inner();
    let answer = answers
        .message()
        .await
        .expect("it answers")
        .expect("once")
        .message_response;
    let Some(MessageResponse::ListServicesResponse(list)) = answer else {
        panic!("{answer:?}")
    };
    let names: Vec<_> = list
        .service
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    assert!(
        ["grpc.health.v1.Health", "schedules.v1.Schedules"]
            .iter()
            .all(|name| names.contains(name)),
        "{names:?}"
    );
}

/// A schedule is ordered twice, published before and after it exists, and read. Now and then a team
/// is added.
fn plan(number: usize) -> (&'static str, Question) {
    let id = format!("schedule-{}", number / 16);
    match number % 8 {
        0 | 1 => ("generate", Question::Generate(order(&id, 1))),
        2 | 3 => ("look", Question::GetJob(job("schedule-0"))),
        4 | 5 => (
            "add",
            Question::AddStaff(staff(&format!("team-{}", number / 16), 3)),
        ),
        _ => (
            "publish",
            Question::Publish(publish(&format!("schedule-{}", number / 32))),
        ),
    }
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn works_on_a_pool_of_connections() {
        let database = created::<DB>().await;
        let beside = beside(&database).await;
        works_on_a_pool(&database, async |db| works(Served::with(db, beside).await).await).await;
        books_are_right(&database).await;
    }

    #[tokio::test]
    async fn works_in_a_sandbox_too() {
        let database = created::<DB>().await;
        works_in_a_sandbox(&database, async |db| works(Served::with(db, None).await).await).await;
        assert_eq!(count(&database, "attempts").await, 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_crowd_of_which_some_go_away_leaves_the_books_right() {
        let database = created::<DB>().await;
        let (db, served) = served(&database, 8).await;
        assert_eq!(code(served.client().await.generate(order("schedule-0", 1)).await), Code::Ok);
        let workers: Vec<_> = (0..3).map(|number| tokio::spawn(served.worker(&format!("worker-{number}")).run())).collect();
        let tally = crowd::<Caller>(served.address, 10, plan).await;
        tally.only(&[
            ("generate", Code::Ok), ("look", Code::Ok), ("add", Code::Ok), ("add", Code::AlreadyExists),
            ("publish", Code::Ok), ("publish", Code::AlreadyExists), ("publish", Code::FailedPrecondition),
        ]);
        while count(&database, "jobs WHERE due IS NOT NULL").await > 0 {
            yield_now().await;
        }
        served.ending.cancel();
        for worker in workers {
            worker.await.expect("it ends");
        }
        nothing_is_left(&database, db.pool()).await;
        let jobs = count(&database, "jobs").await;
        assert!((36..=40).contains(&jobs), "{jobs}");
        assert_eq!((count(&database, "jobs WHERE attempts = 1").await, count(&database, "shifts").await), (jobs, jobs * A_WEEK), "once");
        tally.carried_out("add", Code::Ok, count(&database, "teams").await - 1);
        tally.carried_out("publish", Code::Ok, count(&database, "publications").await);
        books_are_right(&database).await;
    }

    /// On PostgreSQL and SQLite, COMMIT reports this after every statement has succeeded.
    #[tokio::test]
    async fn what_is_not_complete_is_not_published() {
        let database = created::<DB>().await;
        let (db, served) = served(&database, 2).await;
        let mut client = served.client().await;
        assert_eq!(code(client.generate(order("december", 1)).await), Code::Ok);
        assert_eq!(code(client.publish(publish("december")).await), Code::FailedPrecondition);
        assert_eq!((count(&database, "publications").await, count(&database, "attempts WHERE carried_out = 0").await), (0, 1));
        assert!(served.worker("worker").work_next().await.expect("there is a database"));
        assert_eq!(code(client.publish(publish("december")).await), Code::Ok);
        nothing_is_left(&database, db.pool()).await;
        books_are_right(&database).await;
    }
} }
