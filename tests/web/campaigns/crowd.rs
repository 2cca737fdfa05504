//! Many clients in parallel, some of which disconnect: the keys and counters stay right.

use super::{RUN, bearing, books_are_right, campaign, created, patch, post, put, serve};
use application::{Client, count, crowd, get, nothing_is_left, open};

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn of_which_some_go_away_leaves_the_books_right() {
        let database = created::<DB>().await;
        let db = open(&database, 8).await;
        let address = serve(&db).await;
        let mut client = Client::of(address).await;
        let (token, page) = campaign(&mut client).await;
        assert_eq!(client.ask(bearing(&token, patch(&page, RUN))).await.status, 200);
        let tally = crowd::<Client>(address, 10, move |number| {
            // Several clients send the same visitor at about the same time. A little later, they
            // convert the visitor.
            let visitor = number / 8;
            match number % 4 {
                3 => ("report", bearing(&token, get(&page))),
                1 | 2 if number / 4 % 2 == 1 => {
                    ("convert", post(&format!("{page}/visitors/{}/conversion", visitor.saturating_sub(16)), ""))
                }
                _ => ("visit", put(&format!("{page}/visitors/{visitor}"))),
            }
        }).await;
        tally.only(&[("report", 200), ("visit", 200), ("convert", 204), ("convert", 404), ("convert", 409)]);
        nothing_is_left(&database, db.pool()).await;
        books_are_right(&database).await;
        assert_eq!(count(&database, "visits").await, 80, "each visitor has come, and is there once");
        assert_eq!(count(&database, "variants WHERE conversions > 0").await, 2, "{tally:?}");
        tally.carried_out("convert", 204, count(&database, "conversions").await);
    }
} }
