//! A session is moved into a task.

use futures_util::TryStreamExt as _;
use sqlx::{Sqlite, SqlitePool};
use sqlx_transactional::{Session, transactional};

// case: A joined call is spawned.
#[transactional]
async fn joined(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(session).await?;
    Ok(())
}

#[transactional]
async fn spawned_as_a_joined_call(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::spawn(joined(&mut *session));
    Ok(())
}

// case: A task borrows the session, and is awaited: a task must own what it uses.
#[transactional]
async fn spawned_by_reference(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let task = tokio::spawn(async {
        sqlx::query("SELECT 1").execute(&mut *session).await.ok();
    });
    task.await.ok();
    Ok(())
}

// case: A session is moved into a task of a set that the caller has.
#[transactional]
async fn spawned_in_a_join_set(
    session: &mut Session<Sqlite>,
    tasks: &mut tokio::task::JoinSet<()>,
) -> Result<(), sqlx::Error> {
    tasks.spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    Ok(())
}

// case: A session is moved into a task of a set that the function itself awaits.
#[transactional]
async fn spawned_in_a_join_set_of_its_own(
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    tasks.join_all().await;
    Ok(())
}

// case: A session is moved into a task of this thread.
#[transactional]
async fn spawned_locally(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    tokio::task::spawn_local(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    Ok(())
}

// case: A session that was injected is moved into a task.
#[transactional(from = pool)]
async fn spawned_with_from(
    pool: &SqlitePool,
    session: &mut Session<Sqlite>,
) -> Result<(), sqlx::Error> {
    tokio::spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
    Ok(())
}

// case: A row stream is read by a task.
#[transactional]
async fn stream_spawned(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query("SELECT 1").fetch(session);
    tokio::spawn(async move { while let Ok(Some(_)) = rows.try_next().await {} });
    Ok(())
}

// case: A method of a rewritten block moves its session into a task.
mod spawned_in_a_block_of_methods {
    use async_trait::async_trait;
    use sqlx::{Sqlite, SqlitePool};
    use sqlx_transactional::{Session, transactional_methods};

    #[async_trait]
    trait Orders {
        async fn place(&self) -> Result<(), sqlx::Error>;
    }

    struct Shop {
        pool: SqlitePool,
    }

    #[transactional_methods]
    #[async_trait]
    impl Orders for Shop {
        #[transactional(from = &self.pool)]
        async fn place(&self, session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
            tokio::spawn(async move {
                sqlx::query("SELECT 1").execute(session).await.ok();
            });
            Ok(())
        }
    }
}

// case: A plain helper moves the session of its caller into a task.
async fn spawned_by_a_plain_helper(session: &mut Session<Sqlite>) {
    tokio::spawn(async move {
        sqlx::query("SELECT 1").execute(session).await.ok();
    });
}

fn main() {}
