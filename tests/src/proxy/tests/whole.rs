//! Faults of the whole proxy: of all connections, and of connections that are being opened.

use std::io::ErrorKind;

use sqlx::Connection as _;

use super::*;
use crate::servers::Server as _;

on_each_server! {
    #[tokio::test]
    async fn proxy_swallows_everything_in_a_black_hole_but_new_connections_work() {
        let (database, proxy, pool) = start::<DB>().await;
        let mut connection = pool.acquire().await.unwrap();
        proxy.black_hole();
        assert!(tokio::time::timeout(Duration::from_millis(50), connection.ping()).await.is_err());
        let other = database.pool_through(&proxy, options());
        add_a_cent!(other).await.unwrap();
        proxy.cut();
        assert!(connection.ping().await.is_err());
    }

    /// Nothing is lost: the answer arrives when the network is back.
    #[tokio::test]
    async fn proxy_is_silent_until_it_is_restored() {
        let (database, proxy, pool) = start::<DB>().await;
        drop(pool.acquire().await.unwrap());
        proxy.silence();
        let old = tokio::spawn(async move { add_a_cent!(pool).await });
        let pool = database.pool_through(&proxy, options());
        let new = tokio::spawn(async move { add_a_cent!(pool).await });
        let before = proxy.messages().len();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(proxy.messages().len(), before);
        assert!(!old.is_finished() && !new.is_finished() && proxy.connections() == 2);
        proxy.restore();
        old.await.unwrap().unwrap();
        new.await.unwrap().unwrap();
        assert_eq!(cents(&database).await, 1002);
    }

    #[tokio::test]
    async fn proxy_resets_connections_that_are_being_made() {
        let (database, proxy, _) = start::<DB>().await;
        proxy.reset_next(1);
        let pool = database.pool_through(&proxy, options());
        let error = pool.acquire().await.expect_err("the first is reset");
        assert!(matches!(&error, sqlx::Error::Io(io) if io.kind() == ErrorKind::ConnectionReset), "{error:?}");
        assert!(pool.acquire().await.is_ok());
    }

    /// The server is gone, and comes back.
    #[tokio::test]
    async fn proxy_refuses_connections_until_it_is_restored() {
        let (database, proxy, pool) = start::<DB>().await;
        let mut connection = pool.acquire().await.unwrap();
        proxy.refuse();
        connection.ping().await.expect("the present connections go on");
        let options = DB::at(&database.options(), proxy.address());
        for _ in 0..2 {
            let error = <DB as sqlx::Database>::Connection::connect_with(&options).await.expect_err("it is refused");
            assert!(matches!(&error, sqlx::Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused), "{error:?}");
        }
        proxy.reset();
        let error = connection.ping().await.expect_err("it was reset");
        assert!(matches!(&error, sqlx::Error::Io(io) if io.kind() == ErrorKind::ConnectionReset), "{error:?}");
        drop(connection);
        proxy.restore();
        add_a_cent!(pool).await.expect("it is back");
    }

    #[tokio::test]
    async fn proxy_forgets_its_faults_when_it_is_restored() {
        let (_database, proxy, pool) = start::<DB>().await;
        let never = proxy.inject_every(1, Way::ToServer, Point::Commit, Fault::Cut);
        proxy.reset_next(5);
        proxy.split(1..=1);
        proxy.restore();
        add_a_cent!(pool).await.unwrap();
        assert!(!never.is_reached());
    }
}
