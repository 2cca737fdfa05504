//! A call that is dropped at any poll is rolled back, and the next call has its turn.

use tests::explorer::every_poll;

use super::open;

on! {
    [postgres mysql sqlite any_postgres any_mysql any_sqlite]

    #[tokio::test]
    async fn at_every_poll() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        every_poll(async |cut| {
            let before = add(&db, 1, 0).await.expect("the dropped call has released its turn");
            let finished = cut.apply(transfer(&db, 1, 2, 1)).await.is_some();
            let after = add(&db, 1, 0).await.expect("the next call has its turn");
            assert!(after == before - 1 || (after == before && !finished), "{before}, {after}");
            finished
        })
        .await;
        sandbox.close().await.expect("nothing escaped");
    }
}
