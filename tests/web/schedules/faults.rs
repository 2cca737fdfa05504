//! What clients are told when the server or the network goes away: PostgreSQL and MySQL, through a
//! proxy.

use application::{answered_after_commit, count, health_is_true, nothing_is_left, open_through};
use tests::proxy::{Fault, Point, Proxy, Way};
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use super::{
    books_are_right,
    client::{Served, beside, code, job, staff},
    created,
};

on! { [postgres Postgres mysql MySql] {
    /// The client gets no answer before the database has acknowledged COMMIT.
    #[tokio::test]
    async fn the_answer_waits_for_commit() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let served = Served::with(open_through(&database, &proxy, 2).await, beside(&database).await).await;
        let (mut client, mut other) = (served.client().await, served.client().await);
        let answer = answered_after_commit(&proxy, client.add_staff(staff("porters", 3)), async || {
            assert_eq!(count(&database, "people WHERE team = 'porters'").await, 3, "it is stored, and the client has no answer yet");
            assert_eq!(code(other.get_job(job("none")).await), Code::NotFound, "another request is served meanwhile");
        });
        assert_eq!(code(answer.await), Code::Ok);
    }

    /// COMMIT or its answer was lost. The client is told neither that it is stored nor that it is
    /// not. The audit log has the outcome.
    #[tokio::test]
    async fn a_commit_that_is_not_answered_is_not_ok() {
        for (way, stored) in [(Way::ToServer, 0), (Way::ToClient, 1)] {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let db = open_through(&database, &proxy, 2).await;
            let served = Served::with(db.clone(), beside(&database).await).await;
            let mut client = served.client().await;
            let cut = proxy.inject(way, Point::Commit, Fault::Cut);
            assert_eq!(code(client.add_staff(staff("porters", 3)).await), Code::Unknown);
            assert!(cut.is_reached());
            nothing_is_left(&database, db.pool()).await;
            assert_eq!(count(&database, "teams WHERE name = 'porters'").await, stored);
            assert_eq!(count(&database, "attempts WHERE carried_out = 1").await, stored);
            assert_eq!(count(&database, "attempts").await, 1);
            assert_eq!(code(client.add_staff(staff("cooks", 3)).await), Code::Ok, "the next request is served");
            books_are_right(&database).await;
        }
    }

    #[tokio::test]
    async fn the_health_service_tells_of_a_server_that_is_gone() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let served = Served::with(open_through(&database, &proxy, 2).await, beside(&database).await).await;
        let mut health = HealthClient::new(served.channel().await);
        health_is_true(&proxy, async || {
            let answer = health.check(HealthCheckRequest { service: String::new() }).await.expect("it always answers");
            answer.get_ref().status() == ServingStatus::Serving
        })
        .await;
    }
} }
