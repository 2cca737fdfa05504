//! A visitor that two requests add at the same time: PostgreSQL and MySQL, through a proxy.

use std::pin::pin;

use application::{Client, count, nothing_is_left, open_through, until_held};
use tests::proxy::{Point, Proxy, Way};

use super::{RUN, bearing, books_are_right, campaign, created, patch, put, serve};

on! { [postgres Postgres mysql MySql] {
    /// Both requests find no visitor. The unique key decides, and both get the same variant.
    #[tokio::test]
    async fn have_one_variant_even_if_they_come_twice_at_once() {
        let database = created::<DB>().await;
        let proxy = Proxy::of(&database);
        let db = open_through(&database, &proxy, 2).await;
        let address = serve(&db).await;
        let (mut one, mut same) = (Client::of(address).await, Client::of(address).await);
        let (token, page) = campaign(&mut one).await;
        let zoe = format!("{page}/visitors/zoe");
        assert_eq!(one.ask(bearing(&token, patch(&page, RUN))).await.status, 200);
        let assigned = proxy.hold(Way::ToServer, Point::Sql("INSERT INTO visits"));
        let mut first = pin!(one.ask(put(&zoe)));
        until_held(&assigned, first.as_mut()).await;
        let counted = proxy.hold(Way::ToServer, Point::Sql("UPDATE campaigns"));
        let mut second = pin!(same.ask(put(&zoe)));
        until_held(&counted, second.as_mut()).await;
        assigned.release();
        counted.release();
        let (first, second) = tokio::join!(first, second);
        assert_eq!((first.status, first.text()), (200, r#"{"variant":"calm"}"#));
        assert_eq!((second.status, second.text()), (200, first.text()));
        assert!(proxy.messages().iter().any(|message| ["23505", "1062"].contains(&message.text.as_str())), "they did not conflict");
        nothing_is_left(&database, db.pool()).await;
        assert_eq!(count(&database, "visits").await, 1);
        books_are_right(&database).await;
    }
} }
