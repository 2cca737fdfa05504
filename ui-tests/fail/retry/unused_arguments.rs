//! Arguments that are not used, and a needless `mut`: the warnings are as without the attributes.
#![deny(warnings)]

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

struct Transfer {
    from: i64,
    cents: i64,
}

#[retry_on_error]
#[transactional]
async fn transfer(
    session: &mut Session<Sqlite>,
    mut id: i64,
    unused: String,
    (one, _other): (i64, i64),
    Transfer { from, cents }: Transfer,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT ?")
        .bind(id + cents)
        .execute(session)
        .await?;
    Ok(())
}

#[retry_on_error]
async fn fetch(unused: &str, mut used: String, _: u8) -> Result<String, sqlx::Error> {
    Ok(used)
}

fn main() {
    drop(transfer(
        &sqlx::SqlitePool::connect_lazy("sqlite:").unwrap(),
        1,
        String::new(),
        (1, 2),
        Transfer { from: 1, cents: 2 },
    ));
    drop(fetch("", String::new(), 1));
}
