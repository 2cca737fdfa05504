use std::time::Duration;

use sqlx::Connection as _;
use sqlx::pool::PoolOptions;
use tokio::time::timeout;

use super::{Own, OwnServer, PATIENCE};
use crate::servers::TestDatabase;

async fn what_was_committed_survives<DB: Own>(begin: &str) {
    let mut server = OwnServer::<DB>::start().await;
    let database = TestDatabase::on(&server).await;
    database.run("CREATE TABLE seen (id BIGINT NOT NULL)").await;
    for id in 1..=2 {
        let mut connection = database.connect().await;
        let mut run = async |sql: String| DB::run(&mut connection, sql).await;
        run(format!("INSERT INTO seen VALUES ({id})"))
            .await
            .expect("the server runs");
        run(format!("{begin}; INSERT INTO seen VALUES (1000)"))
            .await
            .expect("the server runs");
        server.kill().await;
        assert!(
            DB::Connection::connect_with(&database.options())
                .await
                .is_err(),
            "no server listens"
        );
        assert!(
            run("COMMIT".into()).await.is_err(),
            "the transaction has ended"
        );
        server.start_again().await;
        assert_eq!(database.integer("SELECT COUNT(*) FROM seen").await, id);
    }
    assert_eq!(
        database
            .integer("SELECT COUNT(*) FROM seen WHERE id = 1000")
            .await,
        0
    );
}

async fn nothing_is_lost_in_a_pause<DB: Own>() {
    let mut server = OwnServer::<DB>::start().await;
    let database = TestDatabase::on(&server).await;
    let mut connection = database.connect().await;
    server.pause();
    let answer = timeout(
        Duration::from_millis(100),
        DB::run(&mut connection, "CREATE TABLE seen (id BIGINT)".into()),
    )
    .await;
    assert!(answer.is_err(), "no server answers");
    server.resume();
    // On another connection, because the answer on the first is still on its way.
    while DB::run(
        &mut database.connect().await,
        "INSERT INTO seen VALUES (1)".into(),
    )
    .await
    .is_err()
    {}
    // A stopped server can be killed too.
    server.pause();
    server.kill().await;
    server.start_again().await;
    assert_eq!(database.integer("SELECT COUNT(*) FROM seen").await, 1);
}

async fn the_server_ends_all_connections<DB: Own>() {
    let server = OwnServer::<DB>::start().await;
    let database = TestDatabase::on(&server).await;
    let mut connections = [database.connect().await, database.connect().await];
    server.terminate_backends().await;
    for connection in &mut connections {
        assert!(DB::run(connection, "SELECT 1".into()).await.is_err());
    }
    DB::run(&mut database.connect().await, "SELECT 1".into())
        .await
        .expect("new ones are taken");
}

async fn it_is_gone_with_its_test<DB: Own>() {
    let test = async || {
        let server = OwnServer::<DB>::start().await;
        let left = (server.address(), server.directory.path().to_owned());
        std::panic::resume_unwind(Box::new(left));
    };
    let panic = tokio::spawn(async move { test().await })
        .await
        .expect_err("it panics")
        .into_panic();
    let (address, directory) = *panic
        .downcast::<(std::net::SocketAddr, std::path::PathBuf)>()
        .expect("what it said");
    assert!(std::net::TcpStream::connect(address).is_err() && !directory.exists());
}

async fn a_replica_shows_what_is_committed<DB: Own>() {
    let primary = OwnServer::<DB>::start().await;
    let mut replica = primary.start_replica().await;
    let database = TestDatabase::on(&primary).await;
    database
        .run("CREATE TABLE seen (id BIGINT NOT NULL); INSERT INTO seen VALUES (1)")
        .await;
    let there = database.pool_at(replica.address(), PoolOptions::new());
    let count = async || {
        let mut connection = there.acquire().await.ok()?;
        DB::integer(&mut connection, "SELECT COUNT(*) FROM seen".into())
            .await
            .ok()
    };
    let shows = async |many| while count().await != Some(many) {};
    timeout(PATIENCE, shows(1)).await.expect("it follows");
    replica.replay(false).await;
    database.run("INSERT INTO seen VALUES (2)").await;
    assert_eq!(count().await, Some(1));
    replica.replay(true).await;
    timeout(PATIENCE, shows(2)).await.expect("it goes on");
    replica.kill().await;
    database.run("INSERT INTO seen VALUES (3)").await;
    replica.start_again().await;
    timeout(PATIENCE, shows(3)).await.expect("it follows again");
}

macro_rules! on_each_server {
    ($($module:ident: $db:ty, $begin:literal;)*) => {$(
        mod $module {
            #[tokio::test]
            async fn own_servers_keep_what_was_committed() {
                super::what_was_committed_survives::<$db>($begin).await;
            }

            #[tokio::test]
            async fn own_servers_stand_still_and_go_on() {
                super::nothing_is_lost_in_a_pause::<$db>().await;
            }

            #[tokio::test]
            async fn own_servers_end_their_connections() {
                super::the_server_ends_all_connections::<$db>().await;
            }

            #[tokio::test]
            async fn own_servers_are_followed_by_others() {
                super::a_replica_shows_what_is_committed::<$db>().await;
            }

            #[tokio::test]
            async fn own_servers_go_with_their_test() {
                super::it_is_gone_with_its_test::<$db>().await;
            }
        }
    )*};
}
on_each_server! {
    postgres: sqlx::Postgres, "BEGIN";
    mysql: sqlx::MySql, "START TRANSACTION";
}
