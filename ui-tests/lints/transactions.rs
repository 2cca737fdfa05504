//! In a transaction, and in one that is tried again.

use sqlx::Sqlite;
use sqlx_transactional::Session;
#[cfg(feature = "retried")]
use sqlx_transactional::retry_on_error;
#[cfg(feature = "annotated")]
use sqlx_transactional::transactional;

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

async fn select(session: &mut Session<Sqlite>) -> Result<i64> {
    sqlx::query_scalar("SELECT 1").fetch_one(session).await
}

#[must_use]
const fn important() -> i64 {
    1
}

#[deprecated]
const fn old() -> i64 {
    1
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn unused(
    session: &mut Session<Sqlite>,
    argument: i64, //~ unused_variables
    mut changed: i64, //~ unused_mut
    (one, other): (i64, i64), //~ unused_variables
) -> Result<i64> {
    use std::collections::BTreeMap; //~ unused_imports
    const NEVER: i64 = 1; //~ dead_code
    let local = 1; //~ unused_variables
    let mut never_changed = changed; //~ unused_mut
    let mut assigned = 1; //~ unused_assignments
    assigned = other;
    important(); //~ unused_must_use
    select(&mut *session); //~ unused_must_use
    sqlx::query("SELECT 1").execute(&mut *session).await; //~ unused_must_use
    (assigned + never_changed); //~ unused_must_use, clippy::no_effect
    let braced = 7;
    let value = (select(session).await?); //~ unused_parens
    'label: for _ in 0..braced {} //~ unused_labels
    Ok(value + old()) //~ deprecated
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn unused_session(session: &mut Session<Sqlite>) -> Result { //~ unused_variables
    std::future::ready(()).await;
    Ok(())
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn unreachable(session: &mut Session<Sqlite>) -> Result<i64> {
    return select(session).await;
    Ok(important()) //~ unreachable_code
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn after_panic(session: &mut Session<Sqlite>) -> Result<i64> {
    select(session).await?;
    panic!("always");
    Ok(1) //~ unreachable_code
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn needless_return(session: &mut Session<Sqlite>) -> Result<i64> {
    let one = select(session).await?;
    return Ok(one); //~ clippy::needless_return
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn needless_question_mark(session: &mut Session<Sqlite>) -> Result<i64> {
    Ok(select(session).await?) //~ clippy::needless_question_mark
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn let_and_return(session: &mut Session<Sqlite>) -> Result<i64> {
    let one = select(session).await;
    one //~ clippy::let_and_return
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn idioms(session: &mut Session<Sqlite>, text: &str, option: Option<i64>, _quiet: i64) -> Result<i64> { //+ clippy::used_underscore_binding
    let unit = drop(text.to_owned()); //~ clippy::let_unit_value
    let owned: String = text.to_string().into(); //~ clippy::useless_conversion
    let copied = option.clone(); //~ clippy::clone_on_copy
    if copied.is_some() == true { //~ clippy::bool_comparison
        unit //~ clippy::semicolon_if_nothing_returned
    }
    let borrowed = select(&mut *(&mut *session)).await?; //~ clippy::deref_addrof
    let one = match option { Some(one) => one, None => return Ok(borrowed) }; //~ clippy::manual_let_else
    let length = owned.len() as i64; //~ clippy::cast_possible_wrap
    Ok(one + length + _quiet) //~ clippy::used_underscore_binding
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn many(session: &mut Session<Sqlite>, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, g: i64) -> Result<i64> { //~ clippy::too_many_arguments, clippy::many_single_char_names
    Ok(select(session).await? + a + b + c + d + e + f + g)
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
pub async fn Named(session: &mut Session<Sqlite>, Id: i64) -> Result<i64> { //~ non_snake_case
    Ok(select(session).await? + Id)
}

#[cfg_attr(feature = "retried", retry_on_error)]
#[cfg_attr(feature = "annotated", transactional)]
async fn dead(session: &mut Session<Sqlite>) -> Result<i64> { //~ dead_code
    select(session).await
}

pub mod documented {
    #![warn(missing_docs)]
    //! Documented.

    use sqlx::Sqlite;
    use sqlx_transactional::Session;
    #[cfg(feature = "retried")]
    use sqlx_transactional::retry_on_error;
    #[cfg(feature = "annotated")]
    use sqlx_transactional::transactional;

    use super::{Result, select};

    /// Documented.
    #[cfg_attr(feature = "retried", retry_on_error)]
    #[cfg_attr(feature = "annotated", transactional)]
    pub async fn documented(session: &mut Session<Sqlite>) -> Result<i64> {
        select(session).await
    }

    #[cfg_attr(feature = "retried", retry_on_error)]
    #[cfg_attr(feature = "annotated", transactional)]
    pub async fn undocumented(session: &mut Session<Sqlite>) -> Result<i64> { //~ missing_docs
        select(session).await
    }
}

/// A method, with an argument that is taken.
#[derive(Debug)]
pub struct Bank;

impl Bank {
    #[cfg_attr(feature = "retried", retry_on_error)]
    #[cfg_attr(feature = "annotated", transactional)]
    #[expect(unused_variables)]
    pub async fn expects(&self, session: &mut Session<Sqlite>, unused: String) -> Result<i64> {
        let also = 1;
        select(session).await
    }

    #[cfg_attr(feature = "retried", retry_on_error)]
    #[cfg_attr(feature = "annotated", transactional)]
    #[expect(unused_mut)] //~ unfulfilled_lint_expectations
    pub async fn expects_in_vain(&self, session: &mut Session<Sqlite>) -> Result<i64> {
        select(session).await
    }
}
