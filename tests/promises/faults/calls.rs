//! Every kind of call that can be cancelled. Each call moves some cents from the first account to
//! the second.

use std::pin::pin;

use futures_util::future::LocalBoxFuture;
use sqlx::Pool;
use sqlx_transactional::{
    Class, Driver, ReadOnly, Serializable, Session, retry_on_error, transactional,
};
use tests::explorer::{Cut, polled};

use super::observer::{COMMITTED, REGISTERED, ROLLED_BACK, Stored};
use crate::{
    bank::{BankError, sql},
    diary::Diary,
    retry::{Fault, fail},
};

/// The end of a call that was to be cancelled.
#[derive(Debug)]
pub(super) struct Ended {
    /// Whether it ended before its cut.
    pub(super) finished: bool,
    pub(super) stored: Stored,
}

/// A kind of call, by name.
pub(super) type Kind<DB> = (
    &'static str,
    for<'a> fn(&'a Pool<DB>, &'a Diary, Cut) -> LocalBoxFuture<'a, Ended>,
);

pub(super) const POSTGRES: &[Kind<sqlx::Postgres>] = postgres::KINDS;
pub(super) const MYSQL: &[Kind<sqlx::MySql>] = mysql::KINDS;
pub(super) const SQLITE: &[Kind<sqlx::Sqlite>] = sqlite::KINDS;

type Anything<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The end of a call that moves `cents` and does not fail.
fn ended<T, E: std::fmt::Debug>(outcome: Option<Result<T, E>>, cents: i64) -> Ended {
    let stored = match outcome.map(|outcome| outcome.map(drop)) {
        None => {
            return Ended {
                finished: false,
                stored: Stored::AllOrNothing(cents),
            };
        }
        Some(Ok(())) => Stored::All(cents),
        Some(Err(error)) => panic!("nothing fails: {error:?}"),
    };
    Ended {
        finished: true,
        stored,
    }
}

async fn register<DB: Driver>(session: &mut Session<DB>, diary: &Diary) {
    session.after_commit(diary.note(COMMITTED));
    session.after_rollback(diary.note(ROLLED_BACK));
    diary.note(REGISTERED).await;
}

fn always(_: &BankError) -> bool {
    true
}

macro_rules! kinds {
    ($($name:literal: $call:ident,)*) => { [$(($name, |pool, diary, cut| Box::pin($call(pool, diary, cut)))),*] };
}

on_each_database! {
    pub(super) const KINDS: &[Kind<DB>] = &kinds! {
        "begin": begins,
        "rolled back": rolls_back,
        "joined": joins,
        "nested": nests,
        "read-only": reads,
        "with settings": sets,
        "timed out": times_out,
        "hooks": hooks,
        "connection()": lends,
        "retried, asleep": sleeps,
        "retried, at once": conflicts,
        "exactly once": once,
    };

    async fn begins(pool: &Pool<DB>, _: &Diary, cut: Cut) -> Ended {
        ended(cut.apply(transfer(pool, 1, 2, 1)).await, 1)
    }

    #[transactional]
    async fn fails(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        register(session, diary).await;
        transfer(session, 1, 2, 1).await?;
        Err(BankError::Overdraft)
    }

    async fn rolls_back(pool: &Pool<DB>, diary: &Diary, cut: Cut) -> Ended {
        let outcome = cut.apply(fails(pool, diary)).await;
        assert!(matches!(outcome, None | Some(Err(BankError::Overdraft))), "{outcome:?}");
        Ended { finished: outcome.is_some(), stored: Stored::Nothing }
    }

    #[transactional]
    async fn joins_and_goes_on(session: &mut Session<DB>, diary: &Diary, cut: Cut) -> Anything<()> {
        register(session, diary).await;
        transfer(&mut *session, 1, 2, 1).await.map_err(|_| "nothing fails")?;
        if cut.apply(transfer(&mut *session, 1, 2, 1)).await.is_none() {
            let refused = sqlx::query("SELECT 1").execute(session).await;
            assert!(refused.is_err(), "a statement was sent although the transaction can only roll back");
        }
        Ok(())
    }

    /// After a joined call was cancelled, the transaction can only be rolled back.
    async fn joins(pool: &Pool<DB>, diary: &Diary, cut: Cut) -> Ended {
        match joins_and_goes_on(pool, diary, cut).await {
            Ok(()) => Ended { finished: true, stored: Stored::All(2) },
            Err(error) => {
                let error = sqlx_transactional::Error::find(&*error);
                assert!(matches!(error, Some(sqlx_transactional::Error::Poisoned)), "{error:?}");
                Ended { finished: false, stored: Stored::Nothing }
            }
        }
    }

    #[transactional(nested)]
    async fn savepoint(session: &mut Session<DB>) -> Result<(), BankError> {
        transfer(session, 1, 2, 2).await
    }

    #[transactional]
    async fn nests_and_goes_on(session: &mut Session<DB>, diary: &Diary, cut: Cut) -> Result<bool, BankError> {
        register(session, diary).await;
        add(&mut *session, 1, -1).await?;
        let finished = cut.apply(savepoint(&mut *session)).await.transpose()?.is_some();
        add(session, 2, 1).await?;
        Ok(finished)
    }

    /// A nested call that was cancelled is undone alone. On MySQL, a cancelled statement loses the
    /// connection.
    async fn nests(pool: &Pool<DB>, diary: &Diary, cut: Cut) -> Ended {
        match nests_and_goes_on(pool, diary, cut).await {
            Ok(true) => Ended { finished: true, stored: Stored::All(3) },
            Ok(false) => Ended { finished: false, stored: Stored::All(1) },
            Err(BankError::Database(error)) => {
                assert_eq!(<DB as sqlx::Database>::NAME, "MySQL", "a savepoint is enough here: {error}");
                assert!(error.to_string().contains("cancelled half-way"), "{error}");
                Ended { finished: false, stored: Stored::Nothing }
            }
            Err(error) => panic!("nothing fails: {error:?}"),
        }
    }

    #[transactional]
    async fn reads_twice(session: &mut Session<DB, ReadOnly>) -> Result<i64, BankError> {
        let first = sqlx::query_scalar::<_, i64>("SELECT cents FROM accounts WHERE id = 1").fetch_one(&mut *session).await?;
        let rows = sqlx::query("SELECT cents FROM accounts").fetch_all(session).await?;
        Ok(first + i64::try_from(rows.len()).expect("two"))
    }

    async fn reads(pool: &Pool<DB>, _: &Diary, cut: Cut) -> Ended {
        ended(cut.apply(reads_twice(pool)).await, 0)
    }

    #[transactional(timeout = "20s", lock_timeout = "3s")]
    async fn with_settings(session: &mut Session<DB, Serializable>) -> Result<(), BankError> {
        transfer(session, 1, 2, 1).await
    }

    async fn sets(pool: &Pool<DB>, _: &Diary, cut: Cut) -> Ended {
        ended(cut.apply(with_settings(pool)).await, 1)
    }

    #[transactional(timeout = "50ms")]
    async fn stalls(session: &mut Session<DB>, diary: &Diary, polls: usize) -> Result<(), BankError> {
        register(session, diary).await;
        match polled(pin!(transfer(session, 1, 2, 1)), polls).await {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }

    /// The call is cancelled by its deadline, of the client or of the server.
    async fn times_out(pool: &Pool<DB>, diary: &Diary, cut: Cut) -> Ended {
        match stalls(pool, diary, cut.polls()).await {
            Ok(()) => Ended { finished: true, stored: Stored::All(1) },
            Err(BankError::Database(error)) if Class::of(&error) == Class::Timeout => Ended { finished: false, stored: Stored::Nothing },
            Err(error) => panic!("nothing fails: {error:?}"),
        }
    }

    #[transactional]
    async fn with_hooks(session: &mut Session<DB>, pool: &Pool<DB>, diary: &Diary) -> Result<(), BankError> {
        let pool = pool.clone();
        session.after_commit(async move {
            tokio::task::yield_now().await;
            reads_twice(&pool).await.expect("the connection is back in the pool");
        });
        // Registered last: when this hook has run, all have.
        register(session, diary).await;
        sqlx::raw_sql("UPDATE accounts SET cents = cents - 1 WHERE id = 1; UPDATE accounts SET cents = cents + 1 WHERE id = 2")
            .execute(session)
            .await?;
        Ok(())
    }

    async fn hooks(pool: &Pool<DB>, diary: &Diary, cut: Cut) -> Ended {
        ended(cut.apply(with_hooks(pool, pool, diary)).await, 1)
    }

    #[transactional]
    async fn with_the_connection(session: &mut Session<DB>) -> Result<(), BankError> {
        add(&mut *session, 1, -1).await?;
        let connection = session.connection().await?;
        sqlx::query(sql::<DB>("UPDATE accounts SET cents = cents + $1 WHERE id = $2")).bind(1_i64).bind(2_i64).execute(connection).await?;
        Ok(())
    }

    async fn lends(pool: &Pool<DB>, _: &Diary, cut: Cut) -> Ended {
        ended(cut.apply(with_the_connection(pool)).await, 1)
    }

    #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms", when = always)]
    #[transactional]
    async fn fails_once(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        register(session, diary).await;
        let attempt = session.attempt();
        add(&mut *session, 1, -1).await?;
        add(session, 2, 1).await?;
        if attempt == 1 { Err(BankError::Overdraft) } else { Ok(()) }
    }

    async fn sleeps(pool: &Pool<DB>, diary: &Diary, cut: Cut) -> Ended {
        ended(cut.apply(fails_once(pool, diary)).await, 1)
    }

    #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms")]
    #[transactional(lock_timeout = "3s")]
    async fn conflicts_once(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        register(session, diary).await;
        let attempt = session.attempt();
        add(&mut *session, 1, -1).await?;
        // SQLite has no such conflict, because it has one writer.
        if attempt == 1 && <DB as sqlx::Database>::NAME != "SQLite" {
            fail(&mut *session, Fault::Serialization).await?;
        }
        add(session, 2, 1).await?;
        Ok(())
    }

    async fn conflicts(pool: &Pool<DB>, diary: &Diary, cut: Cut) -> Ended {
        ended(cut.apply(conflicts_once(pool, diary)).await, 1)
    }

    #[retry_on_error(exactly_once)]
    #[transactional]
    async fn exactly_once(session: &mut Session<DB>, diary: &Diary) -> Result<(), BankError> {
        register(session, diary).await;
        add(&mut *session, 1, -1).await?;
        add(session, 2, 1).await?;
        Ok(())
    }

    async fn once(pool: &Pool<DB>, diary: &Diary, cut: Cut) -> Ended {
        ended(cut.apply(exactly_once(pool, diary)).await, 1)
    }
}
