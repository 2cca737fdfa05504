//! What the behaviour tests share: a fresh database on a real server, a proxy that loses messages
//! on request, a driver that cancels a call at each poll, and checks that run after each fault.
//!
//! This library does not use the crate under test, so that a hazard can be shown with sqlx alone.
//! `tests/run` starts the servers.
#![allow(
    clippy::missing_panics_doc,
    reason = "a check that fails is a panic, here and in every test"
)]

pub mod checks;
pub mod explorer;
pub mod proxy;
pub mod servers;
