//! `Ok` means committed, also when the connection, the call, its runtime or the server ends at any
//! point.

mod a_silent_network_keeps_no_locks;
mod between_attempts;
mod by_hand;
mod calls;
mod commits_in_flight;
mod every_await_point;
mod exactly_once;
mod forgotten;
mod model;
mod observer;
mod observer_sees;
mod one_thousand_cuts;
mod panics;
mod runtimes;
mod subject;
