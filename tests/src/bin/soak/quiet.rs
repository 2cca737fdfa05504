//! What must have ended soon after the load: transactions and locks on the server. The pool must
//! have every permit and no changed setting.

use std::time::{Duration, Instant};

use sqlx::Pool;
use sqlx_transactional::Class;
use tests::checks::{open_transactions, row_is_locked};
use tests::servers::TestDatabase;
use tokio::time::{sleep, timeout};

use crate::audit::{Fault, Finding};
use crate::bank::{ACCOUNTS, Bank};

/// The promise is one second. The rest is for a busy machine.
const PROMISED: Duration = Duration::from_secs(3);

/// Waits until no transaction is open. Returns how long that took, and what is left behind.
pub(crate) async fn quiet<DB: Bank>(
    database: &TestDatabase<DB>,
    pool: &Pool<DB>,
    fresh: &str,
) -> (Duration, Vec<Finding>) {
    let started = Instant::now();
    let mut left = Vec::new();
    loop {
        let open = open_transactions(database).await;
        if open.is_empty() {
            break;
        }
        if started.elapsed() > PROMISED {
            left.push(format!("still in a transaction: {open:?}"));
            break;
        }
        sleep(Duration::from_millis(5)).await;
    }
    let took = started.elapsed();
    for account in 1..=ACCOUNTS {
        if row_is_locked(
            database,
            &format!("accounts WHERE id = {account}"),
            PROMISED,
        )
        .await
        {
            left.push(format!("account {account} is locked"));
        }
    }
    left.extend(connections(pool, fresh).await);
    if let Some(sql) = DB::CONNECTED {
        let asked = Instant::now();
        while let (there, ours) = (database.integer(sql).await, pool.size())
            && there > i64::from(ours)
        {
            if asked.elapsed() > PROMISED {
                left.push(format!(
                    "the server has {there} connections, the pool {ours}"
                ));
                break;
            }
            sleep(Duration::from_millis(5)).await;
        }
    }
    (
        took,
        left.into_iter()
            .map(|text| Finding::new(Fault::Leaked, text))
            .collect(),
    )
}

/// Takes every connection of the pool, and checks each.
async fn connections<DB: Bank>(pool: &Pool<DB>, fresh: &str) -> Vec<String> {
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    let all = pool.options().get_max_connections();
    for number in 1..=all {
        match timeout(PROMISED, pool.acquire()).await {
            Ok(Ok(connection)) => taken.push(connection),
            Ok(Err(error)) => left.push(format!("connection {number} of {all}: {error}")),
            Err(_) => left.push(format!("connection {number} of {all} does not come back")),
        }
    }
    for mut connection in taken {
        let looked = async {
            DB::probe(&mut connection).await?;
            DB::settings(&mut connection).await
        };
        match timeout(PROMISED, looked).await {
            Ok(Ok(settings)) if settings == fresh => continue,
            Ok(Ok(settings)) => left.push(format!(
                "the settings of a connection are `{settings}`, of a fresh one `{fresh}`"
            )),
            // The connection died in the pool, and no call has used it since.
            Ok(Err(error)) if Class::of(&error) == Class::Connection => {}
            Ok(Err(error)) => left.push(format!("a connection is not clean: {error}")),
            Err(_) => left.push("a connection does not answer".to_owned()),
        }
        drop(connection.detach());
    }
    left
}
