//! Tried again, without a transaction.

#[cfg(feature = "retried")]
use sqlx_transactional::retry_on_error;

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[must_use]
const fn important() -> i64 {
    1
}

async fn fetch(url: String) -> Result<i64> {
    std::future::ready(()).await;
    Ok(i64::from(url.is_empty()))
}

#[cfg_attr(feature = "retried", retry_on_error)]
pub async fn unused(
    argument: String, //~ unused_variables
    mut changed: i64, //~ unused_mut
    (one, other): (i64, String), //~ unused_variables
    _quiet: String,
) -> Result<i64> {
    use std::collections::BTreeMap; //~ unused_imports
    let local = 1; //~ unused_variables
    important(); //~ unused_must_use
    fetch(String::new()); //~ unused_must_use
    let value = (fetch(other).await?); //~ unused_parens
    return Ok(value + changed); //~ clippy::needless_return
}

#[cfg_attr(feature = "retried", retry_on_error)]
pub async fn unreachable() -> Result<i64> {
    return fetch(String::new()).await;
    Ok(important()) //~ unreachable_code
}

#[cfg_attr(feature = "retried", retry_on_error)]
pub async fn needless_question_mark(url: String) -> Result<i64> {
    Ok(fetch(url).await?) //~ clippy::needless_question_mark
}

#[cfg_attr(feature = "retried", retry_on_error)]
pub async fn let_and_return(url: String) -> Result<i64> {
    let one = fetch(url).await;
    one //~ clippy::let_and_return
}

#[cfg_attr(feature = "retried", retry_on_error)]
pub async fn underscore(_url: String) -> Result<i64> { //+ clippy::used_underscore_binding
    fetch(_url).await //~ clippy::used_underscore_binding
}

#[cfg_attr(feature = "retried", retry_on_error)]
async fn dead(url: String) -> Result<i64> { //~ dead_code
    fetch(url).await
}
