//! Each name that a pattern binds is cloned for each attempt, in every kind of pattern. `mut`
//! applies to the clone.
#![deny(warnings, clippy::pedantic, clippy::nursery)]

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Sqlite;
use sqlx_transactional::{Session, retry_on_error, transactional};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

/// Not `Clone`, like many extractors.
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

#[retry_on_error]
#[transactional]
async fn extractors(
    session: &mut Session<Sqlite>,
    Json(Order {
        id,
        mut lines,
        at: Point { x, y: mut up },
        note: Note,
    }): Json<Order>,
    Json(Point { x: left, .. }): Json<Point>,
) -> Result<i64> {
    lines.push(String::from("one more"));
    up += 1;
    sqlx::query("SELECT ?").bind(id).execute(session).await?;
    Ok(i64::try_from(lines.len()).unwrap_or_default() + x + up + left)
}

#[retry_on_error]
#[expect(clippy::too_many_arguments, reason = "each has another pattern")]
async fn everything(
    (one, [two, mut rest @ .., _]): (i64, [i64; 4]),
    mut whole @ Point { x, .. }: Point,
    &three: &i64,
    &Point { y: four, .. }: &Point,
    (ref text, _): (String, Note),
    (Ok(mut either) | Err(mut either)): Result<i64, i64>,
    ((_, five), ..): ((Note, i64), Note),
    _: Note,
    Unit: Unit,
    r#in: i64,
) -> Result<i64> {
    rest[1] += 2;
    whole.x += 1;
    either += 1;
    let sum = one
        + two
        + rest.iter().sum::<i64>()
        + whole.x
        + whole.y
        + x
        + three
        + four
        + either
        + five
        + r#in;
    Ok(sum + i64::try_from(text.len()).unwrap_or_default())
}

/// A failed attempt does not change the arguments of the next one.
#[retry_on_error(attempts = 3, min_delay = "1ms", when = always)]
#[transactional]
async fn from_the_start(
    session: &mut Session<Sqlite>,
    (mut list, mut count): (Vec<u32>, u32),
    tries: &AtomicU32,
) -> Result<u32, Again> {
    list.push(count);
    count += 1;
    sqlx::query("SELECT 1").execute(session).await?;
    if tries.fetch_add(1, Ordering::Relaxed) < 2 {
        Err(Again)
    } else {
        Ok(list.iter().sum::<u32>() * 10 + count)
    }
}

/// The same without a transaction.
#[retry_on_error(attempts = 3, min_delay = "1ms", when = always)]
async fn from_the_start_alone(
    (mut list, mut count): (Vec<u32>, u32),
    tries: &AtomicU32,
) -> Result<u32, Again> {
    list.push(count);
    count += 1;
    if tries.fetch_add(1, Ordering::Relaxed) < 2 {
        Err(Again)
    } else {
        Ok(list.iter().sum::<u32>() * 10 + count)
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
        sent(extractors(&db, Json(order), Json(Point { x: 3, y: 4 }))).await?,
        9
    );
    let sum = sent(everything(
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
    ))
    .await?;
    assert_eq!(sum, 1 + 2 + 9 + 2 + 1 + 1 + 3 + 4 + 2 + 5 + 6 + 3);
    assert_eq!(
        sent(from_the_start(&db, (vec![1], 2), &AtomicU32::new(0)))
            .await
            .expect("the third succeeds"),
        33
    );
    assert_eq!(
        sent(from_the_start_alone((vec![1], 2), &AtomicU32::new(0)))
            .await
            .expect("the third succeeds"),
        33
    );
    Ok(())
}
