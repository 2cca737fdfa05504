//! An application at an address, built with any framework: requests to it, a crowd of clients of
//! which some disconnect, and what has to hold after them. This library does not depend on an
//! example or a framework.
#![allow(clippy::missing_panics_doc, reason = "a check that fails is a panic")]

mod crowd;
mod database;
mod faults;
mod http;
mod promises;

pub use crate::{
    crowd::{Tally, Visitor, crowd},
    database::{count, created, migrated, nothing_is_left, open, open_through},
    faults::{Told, each_fault},
    http::{Answer, Client, Question, bearing, delete, get, post, read, send_and_leave},
    promises::{
        answered_after_commit, closing, health_is_true, until_held, works_in_a_sandbox,
        works_on_a_pool,
    },
};
