//! Each name that a pattern binds is cloned for each attempt, whatever it is taken out of, and `mut` is the clone's.
#![deny(warnings, clippy::pedantic, clippy::nursery)]
use std::sync::atomic::{AtomicU32, Ordering};
use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};
use crate::{database, sent};
type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;
/// Not `Clone`, as extractors are.
struct Json<T>(T);
#[derive(Clone, Copy)]
struct Point {
    x: i64,
    y: i64,
}
/// Not `Clone` either.
struct Order {
    id: i64,
    lines: Vec<String>,
    at: Point,
    note: Note,
}
struct Note;
struct Unit;
async fn extractors(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    Json(Order { id, lines, at: Point { x, y: up }, note: Note }): Json<Order>,
    Json(Point { x: left, .. }): Json<Point>,
) -> Result<i64> {
    ::sqlx_transactional::__private::returns::<Result<i64>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<i64>>::new()).route()
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::extractors"),
            )
            .retry(::sqlx_transactional::__private::Retry::new()),
    );
    loop {
        let id = ::sqlx_transactional::__private::clone_for_attempt(&id);
        let mut lines = ::sqlx_transactional::__private::clone_for_attempt(&lines);
        let x = ::sqlx_transactional::__private::clone_for_attempt(&x);
        let mut up = ::sqlx_transactional::__private::clone_for_attempt(&up);
        let left = ::sqlx_transactional::__private::clone_for_attempt(&left);
        let mut session = match run
            .lease(
                <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
            )
            .await
        {
            ::core::result::Result::Ok(leased) => leased,
            ::core::result::Result::Err(failure) => {
                match run.again(failure, exit).await {
                    ::core::ops::ControlFlow::Continue(()) => continue,
                    ::core::ops::ControlFlow::Break(outcome) => return outcome,
                }
            }
        };
        let outcome: ::core::option::Option<Result<i64>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<i64>,
                            > {
                                return edge;
                            }
                            ({
                                lines.push(String::from("one more"));
                                up += 1;
                                sqlx::query("SELECT ?").bind(id).execute(session).await?;
                                Ok(
                                    i64::try_from(lines.len()).unwrap_or_default() + x + up
                                        + left,
                                )
                            })
                        },
                    ),
                )
                .await
        };
        if let ::core::ops::ControlFlow::Break(outcome) = run
            .settle_or_retry(session, outcome, exit)
            .await
        {
            break outcome;
        }
    }
}
#[expect(clippy::too_many_arguments, reason = "each has another pattern")]
async fn everything(
    (one, [two, rest @ .., _]): (i64, [i64; 4]),
    whole @ Point { x, .. }: Point,
    &three: &i64,
    &Point { y: four, .. }: &Point,
    (ref text, _): (String, Note),
    (Ok(either) | Err(either)): Result<i64, i64>,
    ((_, five), ..): ((Note, i64), Note),
    _: Note,
    Unit: Unit,
    r#in: i64,
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
        ::core::concat!(::core::module_path!(), "::everything"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let one = ::sqlx_transactional::__private::clone_for_attempt(&one);
        let two = ::sqlx_transactional::__private::clone_for_attempt(&two);
        let mut rest = ::sqlx_transactional::__private::clone_for_attempt(&rest);
        let mut whole = ::sqlx_transactional::__private::clone_for_attempt(&whole);
        let x = ::sqlx_transactional::__private::clone_for_attempt(&x);
        let three = ::sqlx_transactional::__private::clone_for_attempt(&three);
        let four = ::sqlx_transactional::__private::clone_for_attempt(&four);
        let text = ::sqlx_transactional::__private::clone_for_attempt(&text);
        let mut either = ::sqlx_transactional::__private::clone_for_attempt(&either);
        let five = ::sqlx_transactional::__private::clone_for_attempt(&five);
        let r#in = ::sqlx_transactional::__private::clone_for_attempt(&r#in);
        let outcome: Result<i64> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<i64>,
            > {
                return edge;
            }
            ({
                rest[1] += 2;
                whole.x += 1;
                either += 1;
                let sum = one + two + rest.iter().sum::<i64>() + whole.x + whole.y + x
                    + three + four + either + five + r#in;
                Ok(sum + i64::try_from(text.len()).unwrap_or_default())
            })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
/// A failed attempt does not change what the next one gets.
async fn from_the_start(
    session: impl ::sqlx_transactional::Source<
        '_,
        Sqlite,
        ::sqlx_transactional::ReadWrite,
    >,
    (list, count): (Vec<u32>, u32),
    tries: &AtomicU32,
) -> Result<u32, Again> {
    ::sqlx_transactional::__private::returns::<Result<u32, Again>>();
    let exit = {
        use ::sqlx_transactional::__private::{Flat as _, Neither as _, Typed as _};
        (&&&::sqlx_transactional::__private::Route::<Result<u32, Again>>::new())
            .route()
            .when(|outcome| ::sqlx_transactional::__private::matches(outcome, always))
    };
    let mut run = ::sqlx_transactional::__private::Run::new(
        ::sqlx_transactional::Source::<
            '_,
            Sqlite,
            ::sqlx_transactional::ReadWrite,
        >::origin(session),
        ::sqlx_transactional::__private::Options::new(
                ::core::concat!(::core::module_path!(), "::from_the_start"),
            )
            .retry(
                ::sqlx_transactional::__private::Retry::new()
                    .attempts(3)
                    .min_delay(1_000_000),
            ),
    );
    loop {
        let mut list = ::sqlx_transactional::__private::clone_for_attempt(&list);
        let mut count = ::sqlx_transactional::__private::clone_for_attempt(&count);
        let tries = ::sqlx_transactional::__private::clone_for_attempt(&tries);
        let mut session = match run
            .lease(
                <::sqlx_transactional::ReadWrite as ::sqlx_transactional::__private::Level>::MARKER,
            )
            .await
        {
            ::core::result::Result::Ok(leased) => leased,
            ::core::result::Result::Err(failure) => {
                match run.again(failure, exit).await {
                    ::core::ops::ControlFlow::Continue(()) => continue,
                    ::core::ops::ControlFlow::Break(outcome) => return outcome,
                }
            }
        };
        let outcome: ::core::option::Option<Result<u32, Again>> = {
            let session: &mut Session<Sqlite> = &mut session;
            ::sqlx_transactional::__private::within(
                    run.deadline(),
                    ::sqlx_transactional::__private::inside(
                        run.held(),
                        async move {
                            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                                Result<u32, Again>,
                            > {
                                return edge;
                            }
                            ({
                                list.push(count);
                                count += 1;
                                sqlx::query("SELECT 1").execute(session).await?;
                                if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                                    Err(Again)
                                } else {
                                    Ok(list.iter().sum::<u32>() * 10 + count)
                                }
                            })
                        },
                    ),
                )
                .await
        };
        if let ::core::ops::ControlFlow::Break(outcome) = run
            .settle_or_retry(session, outcome, exit)
            .await
        {
            break outcome;
        }
    }
}
/// The same, without a transaction.
async fn from_the_start_alone(
    (list, count): (Vec<u32>, u32),
    tries: &AtomicU32,
) -> Result<u32, Again> {
    ::sqlx_transactional::__private::repeats::<Result<u32, Again>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Opaque as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<u32, Again>,
        >::new();
        sight.look()
    }
        .when(|outcome| ::sqlx_transactional::__private::matches(outcome, always));
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::from_the_start_alone"),
        ::sqlx_transactional::__private::Retry::new().attempts(3).min_delay(1_000_000),
        look,
    );
    loop {
        let mut list = ::sqlx_transactional::__private::clone_for_attempt(&list);
        let mut count = ::sqlx_transactional::__private::clone_for_attempt(&count);
        let tries = ::sqlx_transactional::__private::clone_for_attempt(&tries);
        let outcome: Result<u32, Again> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<u32, Again>,
            > {
                return edge;
            }
            ({
                list.push(count);
                count += 1;
                if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                    Err(Again)
                } else {
                    Ok(list.iter().sum::<u32>() * 10 + count)
                }
            })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
#[derive(Debug)]
struct Again;
impl From<sqlx::Error> for Again {
    fn from(_: sqlx::Error) -> Self {
        Self
    }
}
const fn always(_: &Again) -> bool {
    true
}
#[tokio::test]
async fn patterns() -> Result {
    let db = database().await;
    let order = Order {
        id: 1,
        lines: vec![String::new()],
        at: Point { x: 1, y: 2 },
        note: Note,
    };
    assert_eq!(
        sent(extractors(& db, Json(order), Json(Point { x : 3, y : 4 }))). await ?, 9
    );
    let sum = sent(
            everything(
                (1, [2, 3, 4, 5]),
                Point { x: 1, y: 1 },
                &3,
                &Point { x: 0, y: 4 },
                (String::from("abc"), Note),
                Err(1),
                ((Note, 5), Note),
                Note,
                Unit,
                6,
            ),
        )
        .await?;
    assert_eq!(sum, 1 + 2 + 9 + 2 + 1 + 1 + 3 + 4 + 2 + 5 + 6 + 3);
    assert_eq!(
        sent(from_the_start(& db, (vec![1], 2), & AtomicU32::new(0))). await
        .expect("the third succeeds"), 33
    );
    assert_eq!(
        sent(from_the_start_alone((vec![1], 2), & AtomicU32::new(0))). await
        .expect("the third succeeds"), 33
    );
    Ok(())
}
