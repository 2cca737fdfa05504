//! Places and arguments of functions, beyond the simple ones of `functions` and `methods`.
#![deny(warnings)]

use std::{borrow::Cow, collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use sqlx::Sqlite;
use sqlx_transactional::{
    Db, Driver, Session, retry_on_error, transactional, transactional_methods,
};

use crate::{database, sent};

type Result<T = (), E = sqlx::Error> = std::result::Result<T, E>;

async fn select(session: &mut Session<Sqlite>, number: usize) -> Result<usize> {
    let number = i64::try_from(number).unwrap_or_default();
    let selected: i64 = sqlx::query_scalar("SELECT ?")
        .bind(number)
        .fetch_one(session)
        .await?;
    Ok(usize::try_from(selected).unwrap_or_default())
}

/// A type with every kind of parameter.
struct Ring<'a, DB: Driver, T, const N: usize> {
    db: &'a Db<DB>,
    slots: [T; N],
}

impl<'a, T: Clone + Send + Sync, const N: usize> Ring<'a, Sqlite, T, N> {
    const LENGTH: usize = N;

    #[transactional(from = self.db)]
    async fn first(&self, session: &mut Session<Sqlite>) -> Result<Option<&T>> {
        select(session, Self::LENGTH).await?;
        Ok(self.slots.first())
    }

    #[retry_on_error]
    #[transactional]
    async fn with<const M: usize>(
        &'a self,
        session: &mut Session<Sqlite>,
        more: [T; M],
    ) -> Result<(&'a [T], [T; M])> {
        select(session, M).await?;
        Ok((&self.slots, more))
    }

    /// Functions and blocks inside a method.
    async fn inside(&self) -> Result<usize> {
        #[retry_on_error]
        #[transactional]
        async fn free(session: &mut Session<Sqlite>, number: usize) -> Result<usize> {
            select(session, number).await
        }

        struct Local<'d>(&'d Db<Sqlite>);

        impl Local<'_> {
            #[transactional(from = self.0)]
            async fn method(self, session: &mut Session<Sqlite>) -> Result<usize> {
                free(session, 2).await
            }
        }

        Ok(free(self.db, N).await? + Local(self.db).method().await?)
    }
}

trait Count {
    fn db(&self) -> &Db<Sqlite>;

    /// A default body of the trait.
    #[transactional(from = self.db())]
    async fn count(&self, session: &mut Session<Sqlite>, from: usize) -> Result<usize> {
        select(session, from).await
    }

    async fn count_all<I>(&self, numbers: I) -> Result<usize>
    where
        I: IntoIterator<Item = usize> + Clone,
        Self: Sized;
}

impl Count for Db<Sqlite> {
    fn db(&self) -> &Self {
        self
    }

    #[retry_on_error]
    #[transactional(from = self)]
    async fn count_all<I>(&self, session: &mut Session<Sqlite>, numbers: I) -> Result<usize>
    where
        I: IntoIterator<Item = usize> + Clone,
        Self: Sized,
    {
        select(session, numbers.into_iter().sum()).await
    }
}

/// For a reference, for shared values, and for the trait object itself.
impl Count for &Db<Sqlite> {
    fn db(&self) -> &Db<Sqlite> {
        self
    }

    #[transactional(from = *self)]
    async fn count_all<I>(&self, session: &mut Session<Sqlite>, numbers: I) -> Result<usize>
    where
        I: IntoIterator<Item = usize> + Clone,
        Self: Sized,
    {
        select(session, numbers.into_iter().count()).await
    }
}

trait HasDb: Send + Sync {
    fn db(&self) -> &Db<Sqlite>;
}

impl HasDb for Db<Sqlite> {
    fn db(&self) -> &Self {
        self
    }
}

#[transactional_methods]
impl dyn HasDb {
    #[retry_on_error]
    #[transactional(from = self.db())]
    async fn one(&self, session: &mut Session<Sqlite>) -> Result<usize> {
        select(session, 1).await
    }

    #[transactional(from = self.db())]
    async fn two(self: Box<Self>, session: &mut Session<Sqlite>) -> Result<usize> {
        select(session, 2).await
    }

    #[transactional(from = self.db())]
    async fn three(self: &Arc<Self>, session: &mut Session<Sqlite>) -> Result<usize> {
        select(session, 3).await
    }
}

/// Arguments that are functions or futures.
#[transactional]
#[expect(clippy::too_many_arguments, reason = "each is of another kind")]
async fn called<A, C>(
    session: &mut Session<Sqlite>,
    once: impl FnOnce(usize) -> usize + Send,
    mut more: impl FnMut(usize) -> usize + Send,
    pointer: fn(usize) -> usize,
    object: &(dyn Fn(usize) -> usize + Sync),
    future: impl Future<Output = usize> + Send,
    mut boxed: Pin<Box<dyn Future<Output = usize> + Send>>,
    look_up: C,
) -> Result<usize>
where
    A: Future<Output = Result<usize>> + Send,
    C: Fn(usize) -> A + Send,
{
    let sum = more(1)
        + more(2)
        + pointer(3)
        + object(4)
        + future.await
        + boxed.as_mut().await
        + look_up(7).await?;
    select(session, once(sum)).await
}

/// An asynchronous closure that borrows the session itself.
#[transactional]
async fn lent<F>(session: &mut Session<Sqlite>, work: F) -> Result<usize>
where
    F: AsyncFnOnce(&mut Session<Sqlite>) -> Result<usize>,
{
    work(session).await
}

#[retry_on_error]
#[transactional]
async fn borrowed<'a>(
    session: &mut Session<Sqlite>,
    (names, [first, ..]): (&'a [&'a str], [usize; 2]),
    text: Cow<'a, str>,
    map: &'a BTreeMap<Cow<'static, str>, Vec<Option<&'a str>>>,
    nested: Option<Result<&'a [u8], ()>>,
    unit: (),
) -> Result<Cow<'a, str>> {
    let () = unit;
    let length = names.len()
        + first
        + map.len()
        + nested
            .and_then(std::result::Result::ok)
            .map_or(0, <[u8]>::len);
    select(session, length).await?;
    Ok(text)
}

#[transactional]
async fn mutable(
    session: &mut Session<Sqlite>,
    slice: &mut [usize],
    option: Option<&mut usize>,
    pinned: Pin<&mut usize>,
    &mut (ref mut left, right): &mut (usize, usize),
) -> Result<usize> {
    *left += right;
    *pinned.get_mut() += 1;
    if let (Some(first), Some(option)) = (slice.first_mut(), option) {
        std::mem::swap(first, option);
    }
    select(session, slice.iter().sum()).await
}

/// The attributes depend on the build.
#[cfg_attr(test, retry_on_error, transactional)]
#[cfg_attr(not(test), no_such_attribute)]
async fn conditional(session: &mut Session<Sqlite>, id: usize) -> Result<usize> {
    select(session, id).await
}

#[tokio::test]
async fn kinds() -> Result {
    let db = database().await;
    let ring = Ring {
        db: &db,
        slots: ['a', 'b'],
    };
    assert_eq!(sent(ring.first()).await?, Some(&'a'));
    assert_eq!(sent(ring.with(&db, ['c'])).await?, (&['a', 'b'][..], ['c']));
    assert_eq!(sent(ring.inside()).await?, 4);
    assert_eq!(
        sent(db.count(3)).await? + sent(db.count_all([4, 5])).await?,
        12
    );
    assert_eq!(sent(Count::count_all(&&db, [4, 5])).await?, 2);

    let shared: Arc<dyn HasDb> = Arc::new(db.clone());
    let boxed: Box<dyn HasDb> = Box::new(db.clone());
    assert_eq!(
        sent(shared.one()).await? + sent(boxed.two()).await? + sent(shared.three()).await?,
        6
    );

    let add = |number: usize| number + 1;
    let future = async { 5 };
    let sum = called(
        &db,
        |sum| sum * 10,
        add,
        add,
        &add,
        future,
        Box::pin(async { 6 }),
        |number| async move { Ok(number) },
    );
    assert_eq!(sent(sum).await?, 320);
    assert_eq!(
        lent(&db, async |session| select(session, 8).await).await?,
        8
    );
    assert_eq!(
        sent(borrowed(
            &db,
            (&["a"], [1, 2]),
            "text".into(),
            &BTreeMap::new(),
            Some(Ok(b"abc")),
            ()
        ))
        .await?,
        "text"
    );

    let (mut slice, mut option, mut pinned, mut pair) = ([1, 2], 3, 4, (5, 6));
    assert_eq!(
        sent(mutable(
            &db,
            &mut slice,
            Some(&mut option),
            Pin::new(&mut pinned),
            &mut pair
        ))
        .await?,
        5
    );
    assert_eq!((slice, option, pinned, pair), ([3, 2], 1, 5, (11, 6)));
    assert_eq!(sent(conditional(&db, 9)).await?, 9);
    Ok(())
}
