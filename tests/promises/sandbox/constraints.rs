//! Deferred constraints are checked by the call that would have failed in production.

use sqlx_transactional::{Db, ReadOnly, Session, transactional};

use super::{on_pool, sandbox_on};
use crate::bank::BankError;

on! {
    [postgres sqlite any_postgres any_sqlite]

    #[transactional]
    async fn orders_from(session: &mut Session<DB>, shop: i64, opens_it: bool) -> Result<(), BankError> {
        sqlx::query("INSERT INTO orders VALUES ($1)").bind(shop).execute(&mut *session).await?;
        if opens_it {
            sqlx::query("INSERT INTO shops VALUES ($1)").bind(shop).execute(session).await?;
        }
        Ok(())
    }

    #[transactional]
    async fn orders(session: &mut Session<DB, ReadOnly>) -> Result<i64, BankError> {
        Ok(sqlx::query_scalar("SELECT COUNT(*) FROM orders").fetch_one(session).await?)
    }

    /// The outcomes of two calls: one that satisfies the constraint at COMMIT, and one that does
    /// not.
    async fn ends(db: &Db<DB>) -> [Result<(), String>; 4] {
        let mut ends = [const { Ok(()) }; 4];
        for (end, (shop, opens_it)) in ends.iter_mut().zip([(1, true), (2, false), (2, true), (3, false)]) {
            *end = orders_from(db, shop, opens_it).await.map_err(|error| format!("{error:?}"));
        }
        ends
    }

    #[tokio::test]
    async fn deferred_to_the_end_of_the_call() {
        let (database, pool) = on_pool::<Home, DB>(2).await;
        database
            .run("CREATE TABLE shops (id BIGINT PRIMARY KEY); CREATE TABLE orders (shop BIGINT REFERENCES shops (id) DEFERRABLE INITIALLY DEFERRED)")
            .await;
        let sandbox = sandbox_on(&pool).await;
        let sandboxed = ends(&sandbox.db()).await;
        assert_eq!(orders(&sandbox.db()).await.expect("a read does not check what others wrote"), 2);
        sandbox.close().await.expect("nothing escaped");
        assert_eq!(sandboxed, ends(&Db::from(pool)).await, "in production");
        assert_eq!(sandboxed.map(|end| end.is_ok()), [true, false, true, false]);
    }
}
