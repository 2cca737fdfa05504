//! Which session can be passed to which function, for each of the 64 pairs of modes. The table in
//! the documentation of `sqlx_transactional::mode` says the same.
#![deny(warnings)]

use std::{collections::BTreeMap, marker::PhantomData};

use sqlx::Sqlite;
use sqlx_transactional::{
    ReadCommitted, ReadOnly, ReadWrite, RepeatableRead, Serializable, Session, Source, mode::levels,
};

/// Whether a reference to a session can be passed to an annotated function that needs the mode `M`.
struct Joins<S, M: ?Sized>(PhantomData<S>, PhantomData<M>);

impl<S: Source<'static, Sqlite, M>, M: ?Sized> Joins<S, M> {
    const IT: bool = true;
}

/// The answer if the impl above does not apply, which takes precedence.
trait Otherwise {
    const IT: bool = false;
}

impl<T> Otherwise for T {}

/// For each pair: whether it can join, and whether it can be passed to a plain helper.
macro_rules! pairs {
    (all $all:tt $($needed:ty: $level:ident),*) => {{
        let mut pairs = Vec::new();
        $( pairs!(@ pairs $needed, $level, $all); )*
        pairs
    }};
    (@ $pairs:ident $needed:ty, $level:ident, $all:tt) => {{
        // A plain helper takes the reference after a coercion to a trait that the session's mode
        // extends.
        struct Extends<M: ?Sized>(PhantomData<M>);

        impl<M: ?Sized + levels::$level> Extends<M> {
            const IT: bool = true;
        }

        pairs!(@ $pairs $needed, from $all);
    }};
    (@ $pairs:ident $needed:ty, from [$($passed:ty),*]) => { $(
        let (passed, needed) = (stringify!($passed).to_owned(), stringify!($needed).to_owned());
        $pairs.push(((passed, needed), (Joins::<&'static mut Session<Sqlite, $passed>, $needed>::IT, Extends::<$passed>::IT)));
    )* };
    ($($mode:ty: $level:ident),*) => { pairs!(all [$($mode),*] $($mode: $level),*) };
}

#[test]
fn the_table_of_the_documentation_is_true() {
    let pairs = pairs![
        ReadOnly: ReadOnly,
        ReadOnly<ReadCommitted>: ReadOnlyReadCommitted,
        ReadOnly<RepeatableRead>: ReadOnlyRepeatableRead,
        ReadOnly<Serializable>: ReadOnlySerializable,
        ReadWrite: ReadWrite,
        ReadCommitted: ReadCommitted,
        RepeatableRead: RepeatableRead,
        Serializable: Serializable
    ];
    assert_eq!(pairs.len(), 64);
    let documented = table(include_str!("../../runtime/src/mode.rs"));
    assert_eq!(documented.len(), 64, "{documented:?}");
    for (pair, (joins, coerces)) in pairs {
        let says = documented
            .get(&pair)
            .unwrap_or_else(|| panic!("{pair:?} is not in the table"));
        assert_eq!(
            (joins, coerces),
            (*says, *says),
            "{pair:?}: can it be joined, and passed to a plain helper, and what the table says"
        );
    }
}

/// The table's cells, by the mode that is passed (rows) and the mode that is needed (columns).
fn table(source: &str) -> BTreeMap<(String, String), bool> {
    let mut rows = source
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "))
        .map(|line| {
            let cells = line.trim_end_matches(" |").split(" | ");
            cells
                .map(|cell| cell.replace("<br>", "").replace('`', ""))
                .collect::<Vec<_>>()
        });
    let needed = rows.next().expect("a table");
    let mut cells = BTreeMap::new();
    for row in rows {
        assert_eq!(row.len(), needed.len(), "{row:?}");
        for (mode, cell) in needed.iter().zip(&row).skip(1) {
            let allowed = match cell.as_str() {
                "yes" => true,
                "·" => false,
                other => panic!("{other:?} is neither `yes` nor `·`"),
            };
            cells.insert((row[0].clone(), mode.clone()), allowed);
        }
    }
    cells
}
