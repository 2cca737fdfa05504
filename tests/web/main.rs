//! The examples over HTTP and gRPC, each on three databases, on a pool and in a sandbox.
//! `tests/run web` runs them.
//!
//! Each example has a directory here with its server and its tests. `application` is what they
//! share.
#![allow(clippy::missing_panics_doc, reason = "a check that fails is a panic")]

/// The same tests on some databases. `DB` is the database.
macro_rules! on {
    ([$($module:ident $database:ident)*] $items:tt) => { $( on! { @ $module $database $items } )* };
    (@ $module:ident $database:ident { $($item:item)* }) => {
        mod $module {
            use super::*;
            type DB = sqlx::$database;
            $($item)*
        }
    };
}

mod campaigns;
mod certificates;
mod favorites;
mod patients;
mod responses;
mod schedules;
