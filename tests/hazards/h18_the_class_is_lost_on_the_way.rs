//! H18: whether to run a transaction again is decided from its error, which by then is the application's. One that dropped its source, or kept
//! a text, tells nothing: what would have succeeded is not tried. And whoever goes by the text tries again what says so because of its data.

use sqlx::{MySql, Postgres, Sqlite};
use tests::servers::{Server, TestDatabase};

use crate::accounts::{cents, code};
use crate::conflict::{self, Conflict, Rival};
use crate::user_errors::{Dropped, Text, by_chain, by_text};

on! { [postgres mysql sqlite]
    by_hand: nobody_can_tell;
    by_hand_text: data_looks_like_a_conflict;
}

/// A mistake, the message of which quotes what the user has typed.
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

/// A transfer that fails once.
async fn conflict<DB: Conflict>() -> sqlx::Error {
    let database = conflict::database::<DB>().await;
    let pool = conflict::pool(&database);
    let mut rival = Rival::of(&database).await;
    let error = conflict::by_hand(&pool, Some(&mut rival)).await.expect_err("the rival is in its way");
    assert_eq!(code(&error), DB::CODE);
    rival.leave().await;
    conflict::by_hand(&pool, None).await.expect("the next time nobody is");
    assert_eq!(cents(&database).await, 900);
    error
}

async fn nobody_can_tell<DB: Conflict>() {
    assert!(by_chain(&conflict::<DB>().await), "as long as it is the database's");
    assert!(!by_chain(&Dropped::from(conflict::<DB>().await)), "the hazard: it is not tried again");
    assert!(!by_text(&Dropped::from(conflict::<DB>().await)), "the hazard: it is not tried again");
    assert!(!by_chain(&Text::from(conflict::<DB>().await)), "the hazard: it is not tried again");
}

async fn data_looks_like_a_conflict<DB: Quotes>() {
    let database = TestDatabase::<DB>::with_accounts().await;
    let error = DB::run(&mut database.connect().await, DB::QUOTES.into()).await.expect_err("it is a mistake");
    assert_eq!(code(&error), DB::CODE);
    assert!(!by_chain(&error));
    assert!(by_text(&error), "the hazard: it is tried again and again: {error}");
}
