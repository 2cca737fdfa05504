//! A retry runs the whole transaction again. What the session saw decides whether there is a retry.

mod alone;
mod attempts;
mod budget;
mod contention;
mod decisions;
mod faults;
mod joined;
mod log;
mod order;
mod outage;
mod unknown_commits;

pub(crate) use self::faults::{Fault, fail};
