//! One log is rolled back with the call that it describes, the other one is not.

use application::{count, nothing_is_left, open, open_through, until_held};
use sqlx_transactional::{Fault, Sandbox};
use tests::proxy::{Point, Proxy, Way};
use tonic::{Code, Request};

use super::{
    client::{Served, beside, code, staff},
    created, number, served,
};

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn an_attempt_survives_the_rollback_and_a_change_does_not() {
        let database = created::<DB>().await;
        let (db, served) = served(&database, 2).await;
        let mut client = served.client().await;
        for (user, expected) in [("ada", Code::Ok), ("bob", Code::AlreadyExists)] {
            let mut request = Request::new(staff("porters", 3));
            request.metadata_mut().insert("user", user.parse().expect("letters"));
            assert_eq!(code(client.add_staff(request).await), expected);
        }
        assert_eq!(count(&database, "changes WHERE user_name = 'ada'").await, 1);
        assert_eq!(count(&database, "changes WHERE user_name = 'bob'").await, 0);
        assert_eq!(count(&database, "attempts WHERE user_name = 'ada' AND carried_out = 1").await, 1);
        assert_eq!(count(&database, "attempts WHERE user_name = 'bob' AND carried_out = 0").await, 1);
        assert_eq!(count(&database, "attempts").await, 2);
        nothing_is_left(&database, db.pool()).await;
    }

    /// A transaction that is tried again is one entry.
    #[tokio::test]
    async fn an_attempt_is_noted_once() {
        let database = created::<DB>().await;
        let sandbox = Sandbox::open(open(&database, 2).await.pool()).await.expect("a sandbox");
        let served = Served::with(sandbox.db(), None).await;
        sandbox.fail_next(Fault::Deadlock.at_statement(3));
        sandbox.fail_next(Fault::Deadlock.at_commit());
        assert_eq!(code(served.client().await.add_staff(staff("porters", 3)).await), Code::Ok);
        assert_eq!(sandbox.faults_waiting(), 0);
        let noted = number(&sandbox.db(), "SELECT COUNT(*) FROM attempts").await;
        assert_eq!((noted, number(&sandbox.db(), "SELECT MIN(carried_out) FROM attempts").await), (1, 1));
        sandbox.close().await.expect("nothing escaped");
    }
} }

mod beside_it {
    use super::*;

    on! { [postgres Postgres mysql MySql] {
        /// The entry is written on another connection, so it is stored before the transaction ends.
        #[tokio::test]
        async fn an_attempt_is_there_while_its_transaction_is_open() {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let db = open_through(&database, &proxy, 1).await;
            let served = Served::with(db.clone(), beside(&database).await).await;
            let inserted = proxy.hold(Way::ToServer, Point::Sql("INSERT INTO teams"));
            let mut client = served.client().await;
            let mut adding = Box::pin(client.add_staff(staff("porters", 3)));
            until_held(&inserted, adding.as_mut()).await;
            assert_eq!(count(&database, "attempts WHERE carried_out = 0").await, 1);
            inserted.release();
            assert_eq!(code(adding.await), Code::Ok);
            assert_eq!(count(&database, "attempts WHERE carried_out = 1").await, 1);
            nothing_is_left(&database, db.pool()).await;
        }

        /// The conflict is in the transaction. The entry is stored by the first attempt.
        #[tokio::test]
        async fn a_transaction_that_is_tried_again_is_one_attempt() {
            let database = created::<DB>().await;
            let proxy = Proxy::of(&database);
            let db = open_through(&database, &proxy, 2).await;
            let served = Served::with(db.clone(), beside(&database).await).await;
            let cut = proxy.inject(Way::ToServer, Point::Sql("INSERT INTO people"), tests::proxy::Fault::Cut);
            assert_eq!(code(served.client().await.add_staff(staff("porters", 3)).await), Code::Ok);
            assert!(cut.is_reached());
            assert_eq!((count(&database, "attempts").await, count(&database, "attempts WHERE carried_out = 1").await), (1, 1));
        }
    } }
}
