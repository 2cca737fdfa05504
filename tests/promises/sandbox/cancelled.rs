//! A call that is dropped, at whatever poll, is rolled back, and the next one has its turn.

use tests::explorer::every_poll;

use super::open;

on! {
    [postgres mysql sqlite any_postgres any_mysql any_sqlite]

    #[tokio::test]
    async fn at_every_poll() {
        let (_database, sandbox) = open::<Home, DB>().await;
        let db = sandbox.db();
        every_poll(async |cut| {
            let before = add(&db, 1, 0).await.expect("the last one that was dropped let it have its turn");
            let finished = cut.apply(transfer(&db, 1, 2, 1)).await.is_some();
            let after = add(&db, 1, 0).await.expect("and this one too");
            assert!(after == before - 1 || (after == before && !finished), "{before}, {after}");
            finished
        })
        .await;
        sandbox.close().await.expect("nothing escaped");
    }
}
