//! A login is a row: it expires at its time, and survives the end of the process.

use std::{future::pending, time::Duration};

use application::{Client, count, get, open, post};

use super::{ADA, HOUR, ada, bearing, campaign, created, launch, serve, tables};

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn ends_when_its_time_is_over() {
        let database = created::<DB>().await;
        let db = open(&database, 2).await;
        let mut client = Client::of(serve(&db).await).await;
        let (token, page) = campaign(&mut client).await;
        assert_eq!(client.ask(bearing(&token, get(&page))).await.status, 200);
        database.run("UPDATE logins SET expires = expires - 3600001").await;
        assert_eq!(client.ask(bearing(&token, get(&page))).await.status, 401);
        assert_eq!(client.ask(post("/logins", ADA)).await.status, 201);
        assert_eq!(count(&database, "logins").await, 1, "expired logins are deleted");
    }

    #[tokio::test]
    async fn lasts_as_long_as_it_is_told_to() {
        let database = created::<DB>().await;
        let db = open(&database, 2).await;
        for (lasts, status) in [(Duration::ZERO, 401), (HOUR, 404)] {
            let (address, _) = launch(&db, tables(&db).await, lasts, pending()).await;
            let mut client = Client::of(address).await;
            let token = if status == 401 { ada(&mut client).await } else { client.ask(post("/logins", ADA)).await.field("token") };
            assert_eq!(client.ask(bearing(&token, get("/campaigns/none"))).await.status, status);
        }
    }

    /// Another process on the same database.
    #[tokio::test]
    async fn is_good_for_the_next_process() {
        let database = created::<DB>().await;
        let db = open(&database, 2).await;
        let mut client = Client::of(serve(&db).await).await;
        let (token, page) = campaign(&mut client).await;
        assert!(db.close(Duration::from_secs(20)).await.pools_closed);
        let ending = client.head(bearing(&token, get(&page))).await;
        assert_eq!((ending.status().as_u16(), ending.headers().contains_key("retry-after")), (503, true));
        let mut client = Client::of(serve(&open(&database, 2).await).await).await;
        assert_eq!(client.ask(bearing(&token, get(&page))).await.status, 200);
        assert_eq!(count(&database, "logins").await, 1);
    }
} }
