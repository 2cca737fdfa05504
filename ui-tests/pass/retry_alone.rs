//! `#[retry_on_error]` alone: functions, arguments and options.
#![deny(warnings, clippy::pedantic, clippy::nursery)]

use std::{
    cell::Cell,
    fmt::Debug,
    rc::Rc,
    sync::atomic::{AtomicI64, Ordering},
};

use sqlx_transactional::retry_on_error;
use tracing::instrument;

use crate::sent;

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

#[retry_on_error()]
async fn nothing_at_all() -> Result<i64> {
    Ok(1)
}

#[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms", max_elapsed = "1min", when = Failed::is_temporary, idempotent)]
async fn every_option(tries: &AtomicI64) -> Result<i64, Failed> {
    let made = tries.fetch_add(1, Ordering::Relaxed);
    if made < 2 {
        Err(Failed { is_temporary: true })
    } else {
        Ok(made)
    }
}

#[retry_on_error]
async fn by_value<'a>(
    one: &'a str,
    mut owned: String,
    values: &[i64],
) -> Result<(&'a str, String)> {
    owned.extend(values.iter().map(ToString::to_string));
    Ok((one, owned))
}

#[retry_on_error]
async fn generic<K: Clone + Send>(
    key: K,
    call: impl AsyncFn(K) -> Result<i64> + Clone,
) -> Result<i64> {
    call(key).await
}

#[retry_on_error]
async fn impl_trait(ids: &[i64]) -> Result<impl Iterator<Item = i64> + Debug> {
    Ok(ids.iter().copied())
}

#[instrument(err)]
#[retry_on_error]
#[instrument]
async fn instrumented(mut id: i64, name: String) -> Result<i64> {
    id += 1;
    Ok(id + i64::from(name.is_empty()))
}

#[retry_on_error]
#[expect(unused_variables, reason = "lint attributes reach the body")]
async fn linted(
    owned: String,
    #[expect(unused_variables, reason = "and those of an argument")] other: String,
) -> Result {
    let unused = owned.len();
    Ok(())
}

/// A future that is not `Send` is accepted if `Send` is not required.
#[retry_on_error]
#[expect(clippy::future_not_send, reason = "that is what is tested")]
async fn local(shared: Rc<String>) -> Result<usize> {
    Ok(shared.len())
}

#[retry_on_error]
async fn not_sync(cell: Cell<i64>) -> Result<i64> {
    sent(nothing_at_all()).await?;
    Ok(cell.get())
}

#[retry_on_error]
async fn generic_error<E: std::error::Error + Clone + Send + 'static>(error: E) -> Result<i64, E> {
    Err(error)
}

#[retry_on_error]
async fn boxed_error(number: String) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
    Ok(number.parse()?)
}

#[tokio::test]
async fn functions() -> Result {
    assert_eq!(sent(nothing_at_all()).await?, 1);
    assert_eq!(
        sent(by_value("one", "x".into(), &[1, 2])).await?,
        ("one", "x12".into())
    );
    assert_eq!(generic(2, async |key| Ok(key)).await?, 2);
    assert_eq!(sent(impl_trait(&[1, 2])).await?.sum::<i64>(), 3);
    assert_eq!(sent(instrumented(1, String::new())).await?, 3);
    sent(linted(String::new(), String::new())).await?;
    assert_eq!(local(Rc::new("four".into())).await?, 4);
    assert_eq!(sent(not_sync(Cell::new(1))).await?, 1);
    assert!(sent(generic_error(std::fmt::Error)).await.is_err());
    assert!(sent(boxed_error("four".into())).await.is_err());
    Ok(())
}

#[derive(Debug)]
struct Failed {
    is_temporary: bool,
}

impl Failed {
    const fn is_temporary(&self) -> bool {
        self.is_temporary
    }
}

#[tokio::test]
async fn options() {
    assert_eq!(
        sent(every_option(&AtomicI64::new(0)))
            .await
            .expect("the third attempt succeeds"),
        2
    );
}
