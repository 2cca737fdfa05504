//! Which pool a transaction begins on.

use sqlx::Pool;
use sqlx_transactional::{Db, ReadOnly, RepeatableRead, Serializable, Session, transactional};

use super::replicated::{Replicated, Seen, functions, look};

/// Waits until all connections are back. A read-only call can end before its COMMIT is answered.
async fn idle<DB: sqlx::Database>(pools: &[Pool<DB>]) {
    while pools
        .iter()
        .any(|pool| pool.size() as usize > pool.num_idle())
    {
        tokio::task::yield_now().await;
    }
}

on! { [postgres mysql]
    functions!(read write);

    #[transactional]
    async fn repeatably(session: &mut Session<DB, ReadOnly<RepeatableRead>>) -> Result<Seen, sqlx::Error> {
        read(session).await
    }

    #[transactional]
    async fn serializably(session: &mut Session<DB, ReadOnly<Serializable>>) -> Result<Seen, sqlx::Error> {
        read(session).await
    }

    #[transactional]
    async fn reads_inside(session: &mut Session<DB>) -> Result<(Seen, Seen), sqlx::Error> {
        write(&mut *session).await?;
        let joined = read(&mut *session).await?;
        Ok((joined, nested(session).await?))
    }

    #[transactional(nested)]
    async fn nested(session: &mut Session<DB, ReadOnly>) -> Result<Seen, sqlx::Error> {
        read(session).await
    }

    #[transactional]
    async fn reads_on_its_own(session: &mut Session<DB>, db: &Db<DB>) -> Result<Seen, sqlx::Error> {
        write(session).await?;
        read(db).await
    }

    #[transactional]
    async fn writes_all_the_same(session: &mut Session<DB, ReadOnly>) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("INSERT INTO notes VALUES (1)").execute(session).await?;
        Ok(())
    }

    #[tokio::test]
    async fn is_a_readers_for_calls_that_only_read() {
        let replicated = Replicated::<DB>::start().await;
        let (db, primary, replica) = (replicated.db(), replicated.primary_port(), replicated.replica_port());
        for call in 1..=3 {
            assert_eq!(read(&db).await.expect("it reads").port, replica, "call {call}");
            assert_eq!(repeatably(&db).await.expect("it reads").port, replica, "call {call}");
        }
        assert_eq!(serializably(&db).await.expect("it reads").port, primary, "a standby has no serializable snapshots");
        let (joined, nested) = reads_inside(&db).await.expect("it writes and reads");
        assert_eq!((joined, nested), (Seen { port: primary, notes: 1 }, Seen { port: primary, notes: 1 }));
        assert_eq!(reads_on_its_own(&db, &db).await.expect("a transaction of its own").port, replica);
        assert_eq!(read(db.pool()).await.expect("it reads").port, primary, "a pool has no readers");
        assert!(writes_all_the_same(&db).await.is_err());
        assert_eq!(replicated.database.integer("SELECT COUNT(*) FROM notes").await, 2);
    }

    #[transactional]
    async fn both(session: &mut Session<DB, ReadOnly>, db: &Db<DB>) -> Result<[Seen; 2], sqlx::Error> {
        Ok([read(session).await?, read(db).await?])
    }

    /// The readers are at different servers, so that the port tells them apart.
    #[tokio::test]
    async fn is_the_one_that_has_least_to_do() {
        let replicated = Replicated::<DB>::start().await;
        let (primary, replica) = (replicated.primary_port(), replicated.replica_port());
        let readers = [replicated.writer(), replicated.reader(1)];
        let db = Db::from(replicated.writer()).with_readers(readers.clone());
        let mut ports = Vec::new();
        for _ in 0..10 {
            ports.push(read(&db).await.expect("it reads").port);
            idle(&readers).await;
        }
        assert_eq!(ports.iter().filter(|port| **port == replica).count(), 5, "by turns, where all are idle: {ports:?}");
        for held in [0, 1, 0, 1] {
            let connection = readers[held].acquire().await.expect("a connection");
            assert_eq!(read(&db).await.expect("it reads").port, [replica, primary][held]);
            drop(connection);
            idle(&readers).await;
        }
        let [outer, inner] = both(&db, &db).await.expect("both read");
        assert_ne!(outer.port, inner.port, "it does not wait for its own transaction");
        let alone = Db::from(replicated.writer()).with_readers([replicated.reader(1)]);
        let [outer, inner] = both(&alone, &alone).await.expect("both read");
        assert_eq!((outer.port, inner.port), (replica, primary));
    }
}
