//! `#[retry_on_error]` alone: functions, arguments and options.
#![deny(warnings, clippy::pedantic, clippy::nursery)]
use std::{cell::Cell, fmt::Debug, rc::Rc, sync::atomic::{AtomicI64, Ordering}};
use sqlx_transactional::retry_on_error;
use tracing::instrument;
use crate::sent;
type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;
async fn nothing_at_all() -> Result<i64> {
    ::sqlx_transactional::__private::repeats::<Result<i64>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<Result<i64>>::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::nothing_at_all"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let outcome: Result<i64> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<i64>,
            > {
                return edge;
            }
            ({ Ok(1) })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
async fn every_option(tries: &AtomicI64) -> Result<i64, Failed> {
    ::sqlx_transactional::__private::repeats::<Result<i64, Failed>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Opaque as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<i64, Failed>,
        >::new();
        sight.look()
    }
        .when(|outcome| ::sqlx_transactional::__private::matches(
            outcome,
            Failed::is_temporary,
        ));
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::every_option"),
        ::sqlx_transactional::__private::Retry::new()
            .attempts(3)
            .min_delay(1_000_000)
            .max_delay(2_000_000)
            .max_elapsed(60_000_000_000)
            .idempotent(),
        look,
    );
    loop {
        let tries = ::sqlx_transactional::__private::clone_for_attempt(&tries);
        let outcome: Result<i64, Failed> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<i64, Failed>,
            > {
                return edge;
            }
            ({
                let made = tries.fetch_add(1, Ordering::Relaxed);
                if made < 2 { Err(Failed { is_temporary: true }) } else { Ok(made) }
            })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
async fn by_value<'a>(
    one: &'a str,
    owned: String,
    values: &[i64],
) -> Result<(&'a str, String)> {
    ::sqlx_transactional::__private::repeats::<Result<(&'a str, String)>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<(&'a str, String)>,
        >::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::by_value"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let one = ::sqlx_transactional::__private::clone_for_attempt(&one);
        let mut owned = ::sqlx_transactional::__private::clone_for_attempt(&owned);
        let values = ::sqlx_transactional::__private::clone_for_attempt(&values);
        let outcome: Result<(&'a str, String)> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<(&'a str, String)>,
            > {
                return edge;
            }
            ({
                owned.extend(values.iter().map(ToString::to_string));
                Ok((one, owned))
            })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
async fn generic<K: Clone + Send>(
    key: K,
    call: impl AsyncFn(K) -> Result<i64> + Clone,
) -> Result<i64> {
    ::sqlx_transactional::__private::repeats::<Result<i64>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<Result<i64>>::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::generic"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let key = ::sqlx_transactional::__private::clone_for_attempt(&key);
        let call = ::sqlx_transactional::__private::clone_for_attempt(&call);
        let outcome: Result<i64> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<i64>,
            > {
                return edge;
            }
            ({ call(key).await })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
async fn impl_trait(ids: &[i64]) -> Result<impl Iterator<Item = i64> + Debug> {
    ::sqlx_transactional::__private::repeats::<Result<()>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<Result<_>>::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::impl_trait"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let ids = ::sqlx_transactional::__private::clone_for_attempt(&ids);
        let outcome: Result<_> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<_>,
            > {
                return edge;
            }
            ({ Ok(ids.iter().copied()) })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
#[instrument(err)]
#[instrument]
async fn instrumented(id: i64, name: String) -> Result<i64> {
    ::sqlx_transactional::__private::repeats::<Result<i64>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<Result<i64>>::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::instrumented"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let mut id = ::sqlx_transactional::__private::clone_for_attempt(&id);
        let name = ::sqlx_transactional::__private::clone_for_attempt(&name);
        let outcome: Result<i64> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<i64>,
            > {
                return edge;
            }
            ({
                id += 1;
                Ok(id + i64::from(name.is_empty()))
            })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
#[expect(unused_variables, reason = "lint attributes reach the body")]
async fn linted(owned: String, other: String) -> Result {
    ::sqlx_transactional::__private::repeats::<Result>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<Result>::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::linted"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let owned = ::sqlx_transactional::__private::clone_for_attempt(&owned);
        #[expect(unused_variables, reason = "and those of an argument")]
        let other = ::sqlx_transactional::__private::clone_for_attempt(&other);
        let outcome: Result = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result,
            > {
                return edge;
            }
            ({
                let unused = owned.len();
                Ok(())
            })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
/// What is not `Send` stays so, and is fine where nobody asks.
#[expect(clippy::future_not_send, reason = "that is what is tested")]
async fn local(shared: Rc<String>) -> Result<usize> {
    ::sqlx_transactional::__private::repeats::<Result<usize>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<Result<usize>>::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::local"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let shared = ::sqlx_transactional::__private::clone_for_attempt(&shared);
        let outcome: Result<usize> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<usize>,
            > {
                return edge;
            }
            ({ Ok(shared.len()) })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
async fn not_sync(cell: Cell<i64>) -> Result<i64> {
    ::sqlx_transactional::__private::repeats::<Result<i64>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<Result<i64>>::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::not_sync"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let cell = ::sqlx_transactional::__private::clone_for_attempt(&cell);
        let outcome: Result<i64> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<i64>,
            > {
                return edge;
            }
            ({
                sent(nothing_at_all()).await?;
                Ok(cell.get())
            })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
async fn generic_error<E: std::error::Error + Clone + Send + 'static>(
    error: E,
) -> Result<i64, E> {
    ::sqlx_transactional::__private::repeats::<Result<i64, E>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<Result<i64, E>>::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::generic_error"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let error = ::sqlx_transactional::__private::clone_for_attempt(&error);
        let outcome: Result<i64, E> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<i64, E>,
            > {
                return edge;
            }
            ({ Err(error) })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
async fn boxed_error(
    number: String,
) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
    ::sqlx_transactional::__private::repeats::<
        Result<i64, Box<dyn std::error::Error + Send + Sync>>,
    >();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<i64, Box<dyn std::error::Error + Send + Sync>>,
        >::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::boxed_error"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let number = ::sqlx_transactional::__private::clone_for_attempt(&number);
        let outcome: Result<i64, Box<dyn std::error::Error + Send + Sync>> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<i64, Box<dyn std::error::Error + Send + Sync>>,
            > {
                return edge;
            }
            ({ Ok(number.parse()?) })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
#[tokio::test]
async fn functions() -> Result {
    assert_eq!(sent(nothing_at_all()). await ?, 1);
    assert_eq!(
        sent(by_value("one", "x".into(), & [1, 2])). await ?, ("one", "x12".into())
    );
    assert_eq!(generic(2, async | key | Ok(key)). await ?, 2);
    assert_eq!(sent(impl_trait(& [1, 2])). await ?.sum::< i64 > (), 3);
    assert_eq!(sent(instrumented(1, String::new())). await ?, 3);
    sent(linted(String::new(), String::new())).await?;
    assert_eq!(local(Rc::new("four".into())). await ?, 4);
    assert_eq!(sent(not_sync(Cell::new(1))). await ?, 1);
    assert!(sent(generic_error(std::fmt::Error)). await .is_err());
    assert!(sent(boxed_error("four".into())). await .is_err());
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
        sent(every_option(& AtomicI64::new(0))). await
        .expect("the third attempt succeeds"), 2
    );
}
