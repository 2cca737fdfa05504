//! The cause of a failure can be found in every error type of a function: by class, and for the
//! crate's own failures by type.

use sqlx_transactional::{Class, Error, Session, transactional};
use tests::proxy::{Fault, Point, Proxy, Way};
use tests::servers::TestDatabase;

use crate::bank::{BankError, balances, options};

macro_rules! with_error {
    ($name:ident, $error:ty) => {
        #[transactional]
        async fn $name(session: &mut Session<sqlx::Postgres>) -> Result<(), $error> {
            sqlx::query("UPDATE accounts SET cents = cents - 1 WHERE id = 1")
                .execute(session)
                .await?;
            Ok(())
        }
    };
}
with_error!(flat, BankError);
with_error!(bare, sqlx::Error);
with_error!(boxed, Box<dyn std::error::Error + Send + Sync>);

/// The next COMMIT is executed, and its answer is lost.
async fn no_answer_to_commit() -> (TestDatabase<sqlx::Postgres>, Proxy, sqlx::PgPool) {
    let database = TestDatabase::with_accounts().await;
    let proxy = Proxy::postgres(database.address());
    let pool = database.pool_through(&proxy, options(1));
    bare(&pool).await.expect("the network works");
    let _lost = proxy.inject(Way::ToClient, Point::Commit, Fault::Cut);
    (database, proxy, pool)
}

#[tokio::test]
async fn an_unknown_commit_is_typed_where_the_error_takes_it() {
    let (database, _proxy, pool) = no_answer_to_commit().await;
    let error = boxed(&pool).await.expect_err("no answer came");
    assert!(
        matches!(error.downcast_ref(), Some(Error::CommitUnknown { .. })),
        "{error:?}"
    );
    assert_eq!(Class::of(&*error), Class::CommitUnknown);
    assert_eq!(
        balances(&database).await.0,
        998,
        "COMMIT took effect, which the client cannot know"
    );
}

#[tokio::test]
async fn and_found_where_it_does_not() {
    let (_database, _proxy, pool) = no_answer_to_commit().await;
    let Err(BankError::Database(error)) = flat(&pool).await else {
        panic!("no answer came")
    };
    assert!(matches!(error, sqlx::Error::Io(_)), "{error:?}");
    assert!(
        matches!(Error::find(&error), Some(Error::CommitUnknown { .. })),
        "{error:?}"
    );
    assert_eq!(
        (Class::of(&error), Class::of(&error).is_transient()),
        (Class::CommitUnknown, false)
    );
}
