//! Statements that would begin, commit or roll back the session's transaction are not sent, and the
//! transaction goes on.

use sqlx_transactional::{Session, transactional};

use crate::bank::{balances, open, text_of_ours};

type Anything = Result<(), Box<dyn std::error::Error + Send + Sync>>;

const REFUSED: [(&str, &str); 8] = [
    ("COMMIT", "COMMIT"),
    ("/* now */ commit", "COMMIT"),
    (";COMMIT", "COMMIT"),
    ("ROLLBACK", "ROLLBACK"),
    ("END", "END"),
    ("BEGIN", "BEGIN"),
    ("SAVEPOINT mine", "SAVEPOINT"),
    ("RELEASE mine", "RELEASE SAVEPOINT"),
];

on_each_database! {
    #[transactional]
    async fn by_hand(session: &mut Session<DB>) -> Anything {
        add(&mut *session, 1, 300).await.map_err(|_| "no overdraft")?;
        // END is not a statement on MySQL.
        for (statement, named) in REFUSED.into_iter().filter(|(_, named)| <DB as sqlx::Database>::NAME != "MySQL" || *named != "END") {
            let error = sqlx::raw_sql(statement).execute(&mut *session).await.expect_err(statement);
            assert!(text_of_ours(&error).starts_with(&format!("`{named}` was not sent: the transaction is the function's")), "{error}");
            assert!(sqlx::query(statement).execute(&mut *session).await.is_err(), "{statement}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn and_the_function_commits() {
        let (database, pool) = open::<DB>(1).await;
        by_hand(&pool).await.expect("nothing was sent");
        assert_eq!(balances(&database).await, (1300, 1000));
    }
}

#[transactional]
async fn copies(session: &mut Session<sqlx::Postgres>) -> Anything {
    let error = sqlx::raw_sql("COPY accounts FROM STDIN")
        .execute(session)
        .await
        .expect_err("it would break the connection");
    assert!(
        text_of_ours(&error).starts_with("`COPY .. FROM STDIN` was not sent"),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn copy_does_not_break_the_connection() {
    let (_database, pool) = open(1).await;
    copies(&pool).await.expect("nothing was sent");
    copies(&pool).await.expect("the connection works");
}
