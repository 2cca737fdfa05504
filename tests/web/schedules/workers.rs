//! Several workers on one queue. Some of them are killed, and some are slow.

use std::time::Duration;

use application::{count, nothing_is_left};
use schedules::Worker;
use tests::{
    explorer::{Cut, When},
    servers::{Server, TestDatabase},
};
use tokio::task::yield_now;

use super::{
    A_WEEK, books_are_right,
    client::{Served, code, job, order, state},
    created,
    gate::Held,
    served,
};
use tonic::Code;

/// So many jobs of one week each.
async fn queued(served: &Served, jobs: usize) {
    let mut client = served.client().await;
    for number in 0..jobs {
        assert_eq!(
            code(client.generate(order(&format!("job-{number:02}"), 1)).await),
            Code::Ok
        );
    }
}

/// Lets every lease and every delay end.
pub(super) async fn time_passes<DB: Server>(database: &TestDatabase<DB>) {
    database
        .run("UPDATE jobs SET due = 0 WHERE due IS NOT NULL")
        .await;
}

async fn does_one(worker: &Worker) {
    assert!(
        worker.work_next().await.expect("there is a database"),
        "nothing is due"
    );
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_job_is_done_once() {
        let database = created::<DB>().await;
        let (db, served) = served(&database, 4).await;
        queued(&served, 12).await;
        let workers: Vec<_> = (0..4).map(|number| tokio::spawn(served.worker(&format!("worker-{number}")).run())).collect();
        while count(&database, "jobs WHERE due IS NOT NULL").await > 0 {
            yield_now().await;
        }
        served.ending.cancel();
        for worker in workers {
            worker.await.expect("it ends");
        }
        assert_eq!((count(&database, "jobs WHERE attempts = 1").await, count(&database, "shifts").await), (12, 12 * A_WEEK));
        books_are_right(&database).await;
        nothing_is_left(&database, db.pool()).await;
    }

    /// A worker is killed at any poll. Another worker does the job, and nothing is stored twice.
    #[tokio::test]
    async fn a_worker_can_be_killed_anywhere() {
        let database = created::<DB>().await;
        let (db, served) = served(&database, 2).await;
        queued(&served, 1).await;
        let (killed, other) = (served.worker("killed"), served.worker("other"));
        let mut cuts = 0;
        for polls in (0..).map(|step| 1 + step * step / 4) {
            let outcome = Cut::at(polls, When::AtOnce).apply(killed.work_next()).await;
            nothing_is_left(&database, db.pool()).await;
            time_passes(&database).await;
            while other.work_next().await.expect("there is a database") {}
            assert_eq!((count(&database, "jobs WHERE state = 'done'").await, count(&database, "shifts").await), (1, A_WEEK), "{polls} polls");
            books_are_right(&database).await;
            if outcome.is_some() {
                break;
            }
            cuts += 1;
            database.run("DELETE FROM shifts").await;
            database.run("DELETE FROM schedules").await;
            database.run("DELETE FROM changes WHERE what LIKE 'schedule %'").await;
            database.run("UPDATE jobs SET state = 'queued', progress = 0, due = 0, tries_left = 5").await;
        }
        assert!(cuts >= 3, "{cuts} times");
    }

    /// A slow worker looks like a dead one. When it goes on, the job belongs to another worker.
    #[tokio::test]
    async fn a_slow_worker_saves_nothing_over_another() {
        let database = created::<DB>().await;
        let (_, served) = served(&database, 2).await;
        assert_eq!(code(served.client().await.generate(order("december", 12)).await), Code::Ok);
        let (slow, other) = (Held::at_the_beginning(&served, "slow").await, served.worker("other"));
        assert!(!other.work_next().await.expect("there is a database"), "it has a lease");
        time_passes(&database).await;
        does_one(&other).await;
        slow.goes_on().await;
        assert_eq!((count(&database, "jobs WHERE attempts = 2").await, count(&database, "shifts").await), (1, 12 * A_WEEK));
        assert_eq!(count(&database, "changes WHERE user_name = 'other'").await, 1);
        books_are_right(&database).await;
    }

    /// The second worker still works on the job when the slow one goes on.
    #[tokio::test]
    async fn a_slow_worker_tells_nobody_of_progress() {
        let database = created::<DB>().await;
        let (_, served) = served(&database, 2).await;
        assert_eq!(code(served.client().await.generate(order("december", 12)).await), Code::Ok);
        let slow = Held::in_the_middle(&served, "slow").await;
        assert!(!served.worker("other").work_next().await.expect("there is a database"), "its progress has renewed its lease");
        time_passes(&database).await;
        let other = Held::at_the_beginning(&served, "other").await;
        slow.goes_on().await;
        assert_eq!(count(&database, "jobs WHERE attempts = 2 AND state = 'running' AND progress = 0").await, 1);
        other.goes_on().await;
        assert_eq!(count(&database, "shifts").await, 12 * A_WEEK);
        books_are_right(&database).await;
    }

    #[tokio::test]
    async fn progress_is_seen_while_the_job_runs_and_watched_without_a_connection() {
        let database = created::<DB>().await;
        let (db, served) = served(&database, 2).await;
        let mut client = served.client().await;
        assert_eq!(code(client.generate(order("december", 12)).await), Code::Ok);
        // More watchers than connections.
        let mut watching = Vec::new();
        for _ in 0..8 {
            let mut watched = client.watch_job(job("december")).await.expect("it answers").into_inner();
            let first = watched.message().await.expect("it is there").expect("once");
            assert_eq!(state(&first), ("STATE_QUEUED", 0, 0));
            watching.push(watched);
        }
        nothing_is_left(&database, db.pool()).await;

        let worker = Held::in_the_middle(&served, "worker").await;
        let (name, percent, attempts) = state(client.get_job(job("december")).await.expect("it is there").get_ref());
        assert_eq!((name, percent, attempts), ("STATE_RUNNING", 7, 1));
        for watched in &mut watching {
            while state(&watched.message().await.expect("it is there").expect("again")) != (name, percent, attempts) {}
        }
        nothing_is_left(&database, db.pool()).await;
        worker.goes_on().await;
        for watched in &mut watching {
            let mut last = None;
            while let Some(job) = watched.message().await.expect("it is there") {
                last = Some(job);
            }
            assert_eq!(last.as_ref().map(state), Some(("STATE_DONE", 100, 1)));
        }
    }

    #[tokio::test]
    async fn a_job_that_ends_its_workers_fails() {
        let database = created::<DB>().await;
        let (_, served) = served(&database, 2).await;
        queued(&served, 1).await;
        let worker = served.worker("worker");
        for attempt in 1..=5 {
            let outcome = Cut::at(1, When::Woken).apply(worker.work_next()).await;
            assert!(outcome.is_none());
            database.run(&format!("UPDATE jobs SET state = 'running', attempts = {attempt}, tries_left = {}, due = 0", 5 - attempt)).await;
        }
        does_one(&worker).await;
        let failed = served.client().await.get_job(job("job-00")).await.expect("it is there").into_inner();
        assert_eq!((state(&failed), failed.reason.as_str()), (("STATE_FAILED", 0, 6), "its workers have ended, again and again"));
        assert!(!worker.work_next().await.expect("there is a database"));
        books_are_right(&database).await;
    }
} }

/// Databases with more than one writer.
mod locked {
    use super::*;

    on! { [postgres Postgres mysql MySql] {
        #[tokio::test]
        async fn nobody_waits_for_a_job_that_somebody_is_about_to_take() {
            let database = created::<DB>().await;
            let (db, served) = served(&database, 2).await;
            queued(&served, 2).await;
            database.run("UPDATE jobs SET due = 1 WHERE id = 'job-00'").await;
            let mut other = database.connect().await;
            sqlx::raw_sql("BEGIN; SELECT id FROM jobs WHERE id = 'job-00' FOR UPDATE").execute(&mut other).await.expect("it is free");
            // A worker that waited for the locked job would get a lock timeout.
            let patient = Served::with(db.with_lock_timeout(Duration::from_millis(100)), None).await;
            does_one(&patient.worker("worker")).await;
            assert_eq!(count(&database, "jobs WHERE id = 'job-01' AND state = 'done'").await, 1);
            sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("it was begun");
            does_one(&patient.worker("worker")).await;
            assert_eq!(count(&database, "jobs WHERE state = 'done'").await, 2);
            books_are_right(&database).await;
        }
    } }
}
