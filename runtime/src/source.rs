//! Where a call gets its session from: a pool or a [`Db`] begins a transaction, a session is joined.
use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
};

use sqlx::Pool;

use crate::{
    db::Db,
    driver::Driver,
    mode::levels,
    session::{Lease, Session},
    transaction::Transaction,
};

/// What can be passed for the session of an annotated function: `&pool` or `&db` to begin a transaction, `session` or `&mut *session` to
/// join the one that the caller is in.
#[diagnostic::on_unimplemented(
    message = "this function needs a session, and `{Self}` cannot give it one",
    label = "pass `&pool` or `&db` to begin a transaction, or `session` to join the current one"
)]
pub trait Source<'h, DB: Driver, M: ?Sized>: Debug + Send {
    #[doc(hidden)]
    fn origin(self) -> Origin<'h, DB>;
}

/// What can begin a transaction of its own: `&pool` or `&db`, never a session. What `from = ..` and `requires_new` take.
#[diagnostic::on_unimplemented(
    message = "a new transaction needs a pool or a `Db`, and this is `{Self}`",
    label = "pass `&pool` or `&db`"
)]
pub trait Begin<DB: Driver>: Debug + Send {
    #[doc(hidden)]
    fn origin(self) -> Origin<'static, DB>;
}

/// Where the transaction is, or comes from. Borrows from a joined session for as long as the call runs; owns everything else, so that a
/// body may move what `from = EXPR` borrowed from.
#[doc(hidden)]
#[derive(Debug)]
pub enum Origin<'h, DB: Driver> {
    Begin(Pool<DB>),
    Join(Joined<'h, DB>),
}

/// A parent session, and the place where the joined call's lease leaves the transaction if it is dropped half-way.
#[doc(hidden)]
pub struct Joined<'h, DB: Driver> {
    pub(crate) parent: &'h mut Option<Box<Transaction<DB>>>,
    pub(crate) home: Home<DB>,
}

/// Shared by a joined call's lease and its origin: the lease must not borrow from the parent, or an escape would be two errors.
pub(crate) type Home<DB> = Arc<Mutex<Option<Box<Transaction<DB>>>>>;

impl<DB: Driver> Drop for Joined<'_, DB> {
    fn drop(&mut self) {
        if self.parent.is_none() {
            *self.parent = Lease::collect(&self.home);
        }
    }
}

impl<DB: Driver> Debug for Joined<'_, DB> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Joined")
    }
}

impl<DB: Driver> Begin<DB> for &Pool<DB> {
    fn origin(self) -> Origin<'static, DB> {
        Origin::Begin(self.clone())
    }
}

impl<DB: Driver> Begin<DB> for &Db<DB> {
    fn origin(self) -> Origin<'static, DB> {
        Origin::Begin(self.pool().clone())
    }
}

impl<'h, DB: Driver, M: ?Sized> Source<'h, DB, M> for &'h Pool<DB> {
    fn origin(self) -> Origin<'h, DB> {
        Begin::origin(self)
    }
}

impl<'h, DB: Driver, M: ?Sized> Source<'h, DB, M> for &'h Db<DB> {
    fn origin(self) -> Origin<'h, DB> {
        Begin::origin(self)
    }
}

/// One trait for each needed mode: its message is fixed text, because `{Self}` would print as `(dyn levels::ReadWrite + 'static)`.
macro_rules! joins {
    ($($provides:ident $needed:ident $message:literal: $($provided:ident)*;)*) => { $(
        #[doc(hidden)]
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "this session does not provide it",
            note = "a session can join what needs as much or less: declare the calling function's session with the mode that is needed here"
        )]
        pub trait $provides {}
        $( impl $provides for dyn levels::$provided {} )*

        impl<'h, DB: Driver, N: ?Sized + $provides + Send> Source<'h, DB, dyn levels::$needed> for &'h mut Session<DB, N> {
            fn origin(self) -> Origin<'h, DB> {
                self.join()
            }
        }
    )* };
}
joins! {
    ProvidesReadOnly ReadOnly "the called function needs a session":
        ReadOnly ReadOnlyReadCommitted ReadOnlyRepeatableRead ReadOnlySerializable ReadWrite ReadCommitted RepeatableRead Serializable;
    ProvidesReadOnlyReadCommitted ReadOnlyReadCommitted "the called function needs a session that is READ COMMITTED or stronger":
        ReadOnlyReadCommitted ReadOnlyRepeatableRead ReadOnlySerializable ReadCommitted RepeatableRead Serializable;
    ProvidesReadOnlyRepeatableRead ReadOnlyRepeatableRead "the called function needs a session that is REPEATABLE READ or stronger":
        ReadOnlyRepeatableRead ReadOnlySerializable RepeatableRead Serializable;
    ProvidesReadOnlySerializable ReadOnlySerializable "the called function needs a session that is SERIALIZABLE":
        ReadOnlySerializable Serializable;
    ProvidesReadWrite ReadWrite "the called function writes, so it needs a session that is not read-only":
        ReadWrite ReadCommitted RepeatableRead Serializable;
    ProvidesReadCommitted ReadCommitted "the called function needs a session that writes and is READ COMMITTED or stronger":
        ReadCommitted RepeatableRead Serializable;
    ProvidesRepeatableRead RepeatableRead "the called function needs a session that writes and is REPEATABLE READ or stronger":
        RepeatableRead Serializable;
    ProvidesSerializable Serializable "the called function needs a session that writes and is SERIALIZABLE":
        Serializable;
}
