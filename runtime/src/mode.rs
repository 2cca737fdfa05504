//! The modes of a session, which are the second parameter of [`Session`](crate::Session): the
//! isolation level that a function needs, and whether it writes.
//!
//! A mode is a `dyn Trait` type that is only used at compile time. It makes `Session` unsized. A
//! session coerces to a weaker mode, because the trait of the stronger mode extends that of the
//! weaker one: from a higher to a lower isolation level, and from read-write to read-only.
//!
//! # Which sessions a function accepts
//! A session of the mode on the left can be passed to a function that needs the mode above, with or
//! without `#[transactional]`. All other combinations do not compile. A pool can be passed to every
//! `#[transactional]` function, which then begins a transaction of the mode that it needs.
//!
//! | passed for → | `ReadOnly` | `ReadOnly<`<br>`ReadCommitted>` | `ReadOnly<`<br>`RepeatableRead>` | `ReadOnly<`<br>`Serializable>` | `ReadWrite` | `ReadCommitted` | `RepeatableRead` | `Serializable` |
//! |---|:-:|:-:|:-:|:-:|:-:|:-:|:-:|:-:|
//! | `ReadOnly` | yes | · | · | · | · | · | · | · |
//! | `ReadOnly<ReadCommitted>` | yes | yes | · | · | · | · | · | · |
//! | `ReadOnly<RepeatableRead>` | yes | yes | yes | · | · | · | · | · |
//! | `ReadOnly<Serializable>` | yes | yes | yes | yes | · | · | · | · |
//! | `ReadWrite` | yes | · | · | · | yes | · | · | · |
//! | `ReadCommitted` | yes | yes | · | · | yes | yes | · | · |
//! | `RepeatableRead` | yes | yes | yes | · | yes | yes | yes | · |
//! | `Serializable` | yes | yes | yes | yes | yes | yes | yes | yes |

/// Reads and writes, at the server's default isolation level. `Session<DB>` has this mode.
pub type ReadWrite = dyn levels::ReadWrite;
/// Reads and writes, at READ COMMITTED or stronger.
pub type ReadCommitted = dyn levels::ReadCommitted;
/// Reads and writes, at REPEATABLE READ or stronger.
pub type RepeatableRead = dyn levels::RepeatableRead;
/// Reads and writes, at SERIALIZABLE.
pub type Serializable = dyn levels::Serializable;
/// Reads only. `ReadOnly` has the server's default isolation level, `ReadOnly<Serializable>` the
/// level of `Serializable`.
pub type ReadOnly<L = ReadWrite> = <L as Level>::ReadOnly;

/// The traits of the modes. They have the same names, because the compiler prints them in errors.
pub mod levels {
    /// Reads only, at the server's default isolation level.
    pub trait ReadOnly: Send + Sync + 'static {}
    /// Reads only, at READ COMMITTED or stronger.
    pub trait ReadOnlyReadCommitted: ReadOnly {}
    /// Reads only, at REPEATABLE READ or stronger.
    pub trait ReadOnlyRepeatableRead: ReadOnlyReadCommitted {}
    /// Reads only, at SERIALIZABLE.
    pub trait ReadOnlySerializable: ReadOnlyRepeatableRead {}
    /// Reads and writes, at the server's default isolation level.
    pub trait ReadWrite: ReadOnly {}
    /// Reads and writes, at READ COMMITTED or stronger.
    pub trait ReadCommitted: ReadWrite + ReadOnlyReadCommitted {}
    /// Reads and writes, at REPEATABLE READ or stronger.
    pub trait RepeatableRead: ReadCommitted + ReadOnlyRepeatableRead {}
    /// Reads and writes, at SERIALIZABLE.
    pub trait Serializable: RepeatableRead + ReadOnlySerializable {}
}

/// An isolation level of SQL. A stronger level is greater.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isolation {
    ReadCommitted,
    RepeatableRead,
    Serializable,
}

impl Isolation {
    /// The level's name in the SQL standard.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::ReadCommitted => "READ COMMITTED",
            Self::RepeatableRead => "REPEATABLE READ",
            Self::Serializable => "SERIALIZABLE",
        }
    }
}

/// The sized type that represents a mode: a session is created with it and then unsized. With a
/// bound on a `dyn` mode instead, a value that lives across an await would make rustc reject the
/// future for `tokio::spawn` as "not general enough".
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Marker<const LEVEL: u8, const WRITES: bool>;

/// A mode in which a transaction can begin.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the mode of a session",
    label = "not a mode",
    note = "modes are `ReadCommitted`, `RepeatableRead`, `Serializable`, and `ReadOnly` of nothing or of one of these; without one it is the server's default"
)]
pub trait Level {
    type Marker: Terms;
    type ReadOnly: ?Sized;
    const MARKER: Self::Marker;
}

/// The isolation level and the access mode that BEGIN asks for.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the mode of a session",
    label = "not a mode",
    note = "modes are `ReadCommitted`, `RepeatableRead`, `Serializable`, and `ReadOnly` of nothing or of one of these; without one it is the server's default"
)]
pub trait Terms: Send + Sync + 'static {
    const LEVEL: u8;
    const WRITES: bool;
}

#[diagnostic::do_not_recommend]
impl<const LEVEL: u8, const WRITES: bool> Terms for Marker<LEVEL, WRITES> {
    const LEVEL: u8 = LEVEL;
    const WRITES: bool = WRITES;
}

/// The level with a marker's number. `None` stands for 0, the server's default level.
pub(crate) const fn isolation(level: u8) -> Option<Isolation> {
    match level {
        1 => Some(Isolation::ReadCommitted),
        2 => Some(Isolation::RepeatableRead),
        3 => Some(Isolation::Serializable),
        _ => None,
    }
}

macro_rules! level {
    ($($mode:ident = $level:literal $writes:literal, read only: $read_only:ident;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl Level for dyn levels::$mode {
            type Marker = Marker<$level, $writes>;
            type ReadOnly = dyn levels::$read_only;
            const MARKER: Self::Marker = Marker;
        }
    )* };
}
level! {
    ReadOnly = 0 false, read only: ReadOnly;
    ReadOnlyReadCommitted = 1 false, read only: ReadOnlyReadCommitted;
    ReadOnlyRepeatableRead = 2 false, read only: ReadOnlyRepeatableRead;
    ReadOnlySerializable = 3 false, read only: ReadOnlySerializable;
    ReadWrite = 0 true, read only: ReadOnly;
    ReadCommitted = 1 true, read only: ReadOnlyReadCommitted;
    RepeatableRead = 2 true, read only: ReadOnlyRepeatableRead;
    Serializable = 3 true, read only: ReadOnlySerializable;
}

macro_rules! marker {
    ($($mode:ident: $($level:literal $writes:literal),*;)*) => { $( $( impl levels::$mode for Marker<$level, $writes> {} )* )* };
}
marker! {
    ReadOnly: 0 false, 1 false, 2 false, 3 false, 0 true, 1 true, 2 true, 3 true;
    ReadOnlyReadCommitted: 1 false, 2 false, 3 false, 1 true, 2 true, 3 true;
    ReadOnlyRepeatableRead: 2 false, 3 false, 2 true, 3 true;
    ReadOnlySerializable: 3 false, 3 true;
    ReadWrite: 0 true, 1 true, 2 true, 3 true;
    ReadCommitted: 1 true, 2 true, 3 true;
    RepeatableRead: 2 true, 3 true;
    Serializable: 3 true;
}
