//! A stronger session joins a function that needs a weaker one, and can be passed to plain helpers.
#![deny(warnings)]

use sqlx::Sqlite;
use sqlx_transactional::{
    Driver, ReadCommitted, ReadOnly, ReadWrite, RepeatableRead, Serializable, Session,
    transactional,
};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

macro_rules! needs {
    ($($name:ident $helper:ident $mode:ty;)*) => { $(
        #[transactional]
        async fn $name(session: &mut Session<Sqlite, $mode>) -> Result<i64> {
            $helper(session).await
        }

        async fn $helper(session: &mut Session<Sqlite, $mode>) -> Result<i64> {
            sqlx::query_scalar("SELECT 1").fetch_one(session).await
        }
    )* };
}
needs! {
    read_write helper_read_write ReadWrite;
    read_committed helper_read_committed ReadCommitted;
    repeatable_read helper_repeatable_read RepeatableRead;
    serializable helper_serializable Serializable;
    read_only helper_read_only ReadOnly;
    read_only_read_committed helper_read_only_read_committed ReadOnly<ReadCommitted>;
    read_only_repeatable_read helper_read_only_repeatable_read ReadOnly<RepeatableRead>;
    read_only_serializable helper_read_only_serializable ReadOnly<Serializable>;
}

macro_rules! joins {
    ($($name:ident $mode:ty: $($joined:ident $helper:ident)*;)*) => { $(
        #[transactional]
        async fn $name(session: &mut Session<Sqlite, $mode>) -> Result<i64> {
            let mut sum = 0;
            $(
                sum += sent($joined(&mut *session)).await?;
                sum += sent($helper(session)).await?;
            )*
            Ok(sum)
        }
    )* };
}
joins! {
    from_read_write ReadWrite: read_write helper_read_write read_only helper_read_only;
    from_read_committed ReadCommitted: read_write helper_read_write read_committed helper_read_committed
        read_only helper_read_only read_only_read_committed helper_read_only_read_committed;
    from_repeatable_read RepeatableRead: read_write helper_read_write read_committed helper_read_committed
        repeatable_read helper_repeatable_read read_only helper_read_only
        read_only_read_committed helper_read_only_read_committed read_only_repeatable_read helper_read_only_repeatable_read;
    from_serializable Serializable: read_write helper_read_write read_committed helper_read_committed
        repeatable_read helper_repeatable_read serializable helper_serializable read_only helper_read_only
        read_only_read_committed helper_read_only_read_committed read_only_repeatable_read helper_read_only_repeatable_read
        read_only_serializable helper_read_only_serializable;
    from_read_only ReadOnly: read_only helper_read_only;
    from_read_only_read_committed ReadOnly<ReadCommitted>: read_only helper_read_only
        read_only_read_committed helper_read_only_read_committed;
    from_read_only_repeatable_read ReadOnly<RepeatableRead>: read_only helper_read_only
        read_only_read_committed helper_read_only_read_committed read_only_repeatable_read helper_read_only_repeatable_read;
    from_read_only_serializable ReadOnly<Serializable>: read_only helper_read_only
        read_only_read_committed helper_read_only_read_committed read_only_repeatable_read helper_read_only_repeatable_read
        read_only_serializable helper_read_only_serializable;
}

#[transactional]
async fn generic<DB: Driver>(session: &mut Session<DB, Serializable>) -> Result {
    generic_report(&mut *session).await?;
    generic_helper(session).await
}

#[transactional]
async fn generic_report<DB: Driver>(session: &mut Session<DB, ReadOnly<ReadCommitted>>) -> Result {
    sqlx::raw_sql("SELECT 1").execute(session).await?;
    Ok(())
}

async fn generic_helper<DB: Driver>(session: &mut Session<DB>) -> Result {
    sqlx::raw_sql("SELECT 1").execute(session).await?;
    Ok(())
}

#[tokio::test]
async fn modes() -> Result {
    let db = database().await;
    assert_eq!(sent(from_read_write(&db)).await?, 4);
    assert_eq!(sent(from_read_committed(&db)).await?, 8);
    assert_eq!(sent(from_repeatable_read(&db)).await?, 12);
    assert_eq!(sent(from_serializable(&db)).await?, 16);
    assert_eq!(sent(from_read_only(&db)).await?, 2);
    assert_eq!(sent(from_read_only_read_committed(&db)).await?, 4);
    assert_eq!(sent(from_read_only_repeatable_read(&db)).await?, 6);
    assert_eq!(sent(from_read_only_serializable(&db)).await?, 8);
    sent(generic(&db)).await?;
    tokio::spawn(async move { from_serializable(&db).await.map(drop) })
        .await
        .expect("it ran")
}
