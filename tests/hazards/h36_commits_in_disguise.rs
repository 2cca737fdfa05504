//! H36, MariaDB: what looks like a comment commits, and so does the second statement of a text; `rollback()` says `Ok`.

use sqlx::{Executor as _, MySql};
use sqlx_transactional::{Error, Session, transactional};
use tests::servers::TestDatabase;

use crate::accounts::{DEBIT, cents, options};

const DISGUISES: [(&str, &str); 4] = [
    ("/*!50000 COMMIT */", "/*! .. */"),
    ("/*M! COMMIT */", "/*! .. */"),
    ("SELECT 1; COMMIT", "COMMIT"),
    ("SELECT ';' -- ; no\n; # nor this ;\n /* ; */ cOmMiT", "COMMIT"),
];

#[tokio::test]
async fn by_hand() {
    for (disguise, _) in DISGUISES {
        let database = TestDatabase::<MySql>::with_accounts().await;
        let mut transaction = database.pool(options(1)).begin().await.unwrap();
        transaction.execute(DEBIT).await.unwrap();
        transaction.execute(disguise).await.unwrap();
        transaction.rollback().await.expect("the hazard: Ok");
        assert_eq!(cents(&database).await, 900, "the hazard: {disguise}");
    }
}

#[transactional]
async fn disguised(session: &mut Session<MySql>, disguise: &'static str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    session.execute(DEBIT).await?;
    session.execute(disguise).await?;
    Ok(())
}

#[tokio::test]
async fn through_us() {
    let database = TestDatabase::<MySql>::with_accounts().await;
    let pool = database.pool(options(1));
    for (disguise, named) in DISGUISES {
        let error = disguised(&pool, disguise).await.expect_err(disguise);
        assert!(error.to_string().starts_with(&format!("`{named}` was not sent")), "{disguise}: {error}");
        assert!(Error::find(&*error).is_none_or(|error| matches!(error, Error::TransactionControl { .. })));
        assert_eq!(cents(&database).await, 1000, "{disguise}");
    }
}
