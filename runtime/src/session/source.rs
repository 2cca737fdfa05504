//! Where a call gets its session from: a pool or a [`Db`] begins a transaction, and a session is
//! joined. Also which modes can join which, with the compile errors for those that cannot.
use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};

use sqlx::Pool;

use crate::{
    db::{Db, place::PoolOrDb},
    driver::Driver,
    mode::levels,
    session::{Session, lease::Lease},
    transaction::Transaction,
};

/// What can be passed as the session of an annotated function: `&pool` or `&db` to begin a
/// transaction, `session` or `&mut *session` to join the transaction of the caller.
#[diagnostic::on_unimplemented(
    message = "a session of `{DB}` cannot come from `{Self}`",
    label = "pass a `&Pool<{DB}>` or `&Db<{DB}>` to begin a transaction, or `&mut *session` to join the current one"
)]
pub trait Source<'h, DB: Driver, M: ?Sized>: Debug + Send {
    #[doc(hidden)]
    fn origin(self) -> Origin<'h, DB>;
}

/// What can begin a separate transaction: `&pool` or `&db`, never a session. `from = ..` and
/// `requires_new` take this.
#[diagnostic::on_unimplemented(
    message = "a transaction of `{DB}` cannot begin on `{Self}`",
    label = "needs a `&Pool<{DB}>` or `&Db<{DB}>`",
    note = "it is a transaction of its own, and joins no session"
)]
pub trait Begin<DB: Driver>: Debug + Send {
    #[doc(hidden)]
    fn origin(self) -> Origin<'static, DB>;
}

/// Where the transaction of a call comes from. Borrows only from a joined session, for as long as
/// the call runs. Everything else is owned, so that a body may move the value that `from = EXPR`
/// borrowed from.
#[doc(hidden)]
#[derive(Debug)]
pub enum Origin<'h, DB: Driver> {
    Begin(PoolOrDb<DB>),
    Join(Joined<'h, DB>),
}

/// A parent session, and the slot in which the lease of the joined call leaves the transaction if
/// the call is cancelled.
#[doc(hidden)]
pub struct Joined<'h, DB: Driver> {
    pub(crate) parent: &'h mut Option<Box<Transaction<DB>>>,
    pub(crate) return_slot: ReturnSlot<DB>,
}

/// Shared by the lease of a joined call and its origin. If the lease borrowed from the parent, a
/// session that escapes would be two compile errors.
pub(crate) type ReturnSlot<DB> = Arc<Mutex<Option<Box<Transaction<DB>>>>>;

impl<DB: Driver> Drop for Joined<'_, DB> {
    fn drop(&mut self) {
        // The call was cancelled: it has not returned the transaction, but its lease has left it in
        // the slot.
        if self.parent.is_none() {
            *self.parent = Lease::collect(&self.return_slot);
        }
    }
}

impl<DB: Driver> Debug for Joined<'_, DB> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Joined")
    }
}

#[diagnostic::do_not_recommend]
impl<DB: Driver> Begin<DB> for &Pool<DB> {
    fn origin(self) -> Origin<'static, DB> {
        Origin::Begin(PoolOrDb::Pool(self.clone()))
    }
}

#[diagnostic::do_not_recommend]
impl<DB: Driver> Begin<DB> for &Db<DB> {
    fn origin(self) -> Origin<'static, DB> {
        Origin::Begin(PoolOrDb::Db(self.clone()))
    }
}

#[diagnostic::do_not_recommend]
impl<'h, DB: Driver, M: ?Sized> Source<'h, DB, M> for &'h Pool<DB> {
    fn origin(self) -> Origin<'h, DB> {
        Origin::Begin(PoolOrDb::Pool(self.clone()))
    }
}

#[diagnostic::do_not_recommend]
impl<'h, DB: Driver, M: ?Sized> Source<'h, DB, M> for &'h Db<DB> {
    fn origin(self) -> Origin<'h, DB> {
        Origin::Begin(PoolOrDb::Db(self.clone()))
    }
}

/// One impl covers all modes, because rustc lists every impl of `Source` in each of the three
/// copies of an error about a wrong argument. It is the only impl without `do_not_recommend`:
/// otherwise rustc would recommend a pool where a session is too weak.
impl<'h, DB: Driver, M: ?Sized, N: ?Sized + Joins<M> + Send> Source<'h, DB, M>
    for &'h mut Session<DB, N>
{
    fn origin(self) -> Origin<'h, DB> {
        self.join()
    }
}

/// A mode that provides what a function of mode `M` needs.
#[doc(hidden)]
pub trait Joins<M: ?Sized> {}

/// One trait for each needed mode, because its message has to be fixed text: `{Self}` would print
/// as `(dyn levels::ReadWrite + 'static)`.
macro_rules! joins {
    ($($provides:ident $needed:ident $message:literal $label:literal: $($provided:ident)*;)*) => { $(
        #[doc(hidden)]
        #[diagnostic::on_unimplemented(
            message = $message,
            label = $label,
            note = "a session can join a function that needs as much of it or less"
        )]
        pub trait $provides {}
        $(
            #[diagnostic::do_not_recommend]
            impl $provides for dyn levels::$provided {}
        )*
        impl<N: ?Sized + $provides> Joins<dyn levels::$needed> for N {}
    )* };
}
joins! {
    ProvidesReadOnly ReadOnly "the called function needs a session" "this is none":
        ReadOnly ReadOnlyReadCommitted ReadOnlyRepeatableRead ReadOnlySerializable ReadWrite ReadCommitted RepeatableRead Serializable;
    ProvidesReadOnlyReadCommitted ReadOnlyReadCommitted
    "the called function needs a session that is READ COMMITTED or stronger"
    "declare the caller's session as `&mut Session<.., ReadOnly<ReadCommitted>>` or stronger":
        ReadOnlyReadCommitted ReadOnlyRepeatableRead ReadOnlySerializable ReadCommitted RepeatableRead Serializable;
    ProvidesReadOnlyRepeatableRead ReadOnlyRepeatableRead
    "the called function needs a session that is REPEATABLE READ or stronger"
    "declare the caller's session as `&mut Session<.., ReadOnly<RepeatableRead>>` or stronger":
        ReadOnlyRepeatableRead ReadOnlySerializable RepeatableRead Serializable;
    ProvidesReadOnlySerializable ReadOnlySerializable
    "the called function needs a session that is SERIALIZABLE"
    "declare the caller's session as `&mut Session<.., ReadOnly<Serializable>>`, or `Serializable` if it writes":
        ReadOnlySerializable Serializable;
    ProvidesReadWrite ReadWrite
    "the called function may write, and the caller's session is read-only"
    "declare the caller's session without `ReadOnly`, or the called function's with it":
        ReadWrite ReadCommitted RepeatableRead Serializable;
    ProvidesReadCommitted ReadCommitted
    "the called function needs a session that may write and is READ COMMITTED or stronger"
    "declare the caller's session as `&mut Session<.., ReadCommitted>` or stronger":
        ReadCommitted RepeatableRead Serializable;
    ProvidesRepeatableRead RepeatableRead
    "the called function needs a session that may write and is REPEATABLE READ or stronger"
    "declare the caller's session as `&mut Session<.., RepeatableRead>` or stronger":
        RepeatableRead Serializable;
    ProvidesSerializable Serializable
    "the called function needs a session that may write and is SERIALIZABLE"
    "declare the caller's session as `&mut Session<.., Serializable>`":
        Serializable;
}
