//! H18: a retry decides by the error of the transaction, which by then is the application's error.
//! If that dropped its source or kept only a text, the retry cannot recognise a conflict and does
//! not repeat it. A retry that searches the text repeats a mistake if its message quotes matching
//! data.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{MySql, Postgres, Sqlite};
use sqlx_transactional::{Driver, RepeatableRead, Session, retry_on_error, transactional};
use tests::servers::{Server, TestDatabase};
use tokio::sync::Mutex;

use crate::accounts::{cents, code, options};
use crate::conflict::{self, Conflict, Rival};
use crate::user_errors::{Boxed, Dropped, Text, Transparent, by_chain, by_text};

on! { [postgres mysql sqlite]
    by_hand: nobody_can_tell;
    by_hand_text: data_looks_like_a_conflict;
    through_us: each_type_is_decided_alike;
}

/// A mistake that is reported with a message that quotes user input.
trait Quotes: Server {
    const QUOTES: &'static str;
    const CODE: &'static str;
}

impl Quotes for Postgres {
    const QUOTES: &'static str = "SELECT CAST('order 40001' AS BIGINT)";
    const CODE: &'static str = "22P02";
}

impl Quotes for MySql {
    const QUOTES: &'static str = "INSERT INTO accounts VALUES (40001, 0), (40001, 0)";
    const CODE: &'static str = "23000";
}

impl Quotes for Sqlite {
    const QUOTES: &'static str = "SELECT json_extract('{}', 'locked')";
    const CODE: &'static str = "1";
}

/// A transfer that conflicts once.
async fn conflict<DB: Conflict>() -> sqlx::Error {
    let database = conflict::database::<DB>().await;
    let pool = conflict::pool(&database);
    let mut rival = Rival::of(&database).await;
    let error = conflict::by_hand(&pool, Some(&mut rival))
        .await
        .expect_err("it conflicts with the rival");
    assert_eq!(code(&error), DB::CODE);
    rival.leave().await;
    conflict::by_hand(&pool, None)
        .await
        .expect("the second time there is no rival");
    assert_eq!(cents(&database).await, 900);
    error
}

async fn nobody_can_tell<DB: Conflict>() {
    assert!(
        by_chain(&conflict::<DB>().await),
        "the database's own error is retried"
    );
    assert!(
        !by_chain(&Dropped::from(conflict::<DB>().await)),
        "the hazard: it is not tried again"
    );
    assert!(
        !by_text(&Dropped::from(conflict::<DB>().await)),
        "the hazard: it is not tried again"
    );
    assert!(
        !by_chain(&Text::from(conflict::<DB>().await)),
        "the hazard: it is not tried again"
    );
}

async fn data_looks_like_a_conflict<DB: Quotes>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let error = DB::run(&mut database.connect().await, DB::QUOTES.into())
        .await
        .expect_err("it is a mistake");
    assert_eq!(code(&error), DB::CODE);
    assert!(!by_chain(&error));
    assert!(
        by_text(&error),
        "the hazard: it is tried again and again: {error}"
    );
}

/// The same two calls with each error type: a call that conflicts once, and a call that is a
/// mistake.
macro_rules! with_errors {
    ($($name:ident: $error:ty;)*) => {
        $( mod $name {
            use super::*;

            #[retry_on_error(attempts = 3)]
            #[transactional]
            async fn transfer<DB: Conflict>(session: &mut Session<DB, RepeatableRead>, rival: &Mutex<Rival<DB>>) -> Result<u32, $error> {
                conflict::through_us(&mut *session, rival).await?;
                Ok(session.attempt())
            }

            #[retry_on_error(attempts = 3)]
            #[transactional]
            async fn mistake<DB: Quotes + Driver>(session: &mut Session<DB>, attempts: &AtomicU32) -> Result<(), $error> {
                attempts.store(session.attempt(), Ordering::Relaxed);
                sqlx::raw_sql(DB::QUOTES).execute(session).await?;
                Ok(())
            }

            pub(super) async fn is_decided<DB: Conflict + Quotes>() {
                let database = conflict::database::<DB>().await;
                let rival = Mutex::new(Rival::of(&database).await);
                assert_eq!(transfer(&conflict::pool(&database), &rival).await.expect("it is tried again"), 2, "{}", stringify!($error));
                assert_eq!(cents(&database).await, 900);

                let attempts = AtomicU32::default();
                mistake(&database.pool(options(1)), &attempts).await.expect_err("it is a mistake");
                assert_eq!(attempts.into_inner(), 1, "{}", stringify!($error));
            }
        } )*

        async fn each_type_is_decided_alike<DB: Conflict + Quotes>() {
            $( $name::is_decided::<DB>().await; )*
        }
    };
}
with_errors! {
    bare: sqlx::Error;
    dropped: Dropped;
    transparent: Transparent;
    boxed: Boxed;
    text: Text;
    any: anyhow::Error;
}
