//! The promises of the crate, one file each, on every database that a promise applies to.
//! `tests/run promises` runs them.

/// The same tests on each database. `DB` is the database.
macro_rules! on_each_database {
    ($($item:item)*) => { on! { [postgres mysql sqlite] $($item)* } };
}

/// The same tests on some databases.
macro_rules! on {
    ([$database:ident $($more:ident)*] $($item:item)*) => {
        mod $database {
            use super::*;
            #[allow(unused_imports, reason = "not every promise moves money")]
            use crate::bank::$database::*;
            $($item)*
        }
        on! { [$($more)*] $($item)* }
    };
    ([] $($item:item)*) => {};
}

mod a_call_does_not_wait_for_itself;
mod a_joined_failure_is_not_committed;
mod bank;
mod cancelled_calls_leak_nothing;
mod cancelled_statements_are_stopped;
mod chosen_at_run_time;
mod db;
mod dead_connections_are_replaced;
mod diary;
mod err_means_rolled_back;
mod errors_keep_their_meaning;
mod faults;
mod hooks_follow_the_outcome;
mod joined_calls_are_one_transaction;
mod log;
mod nested_calls_roll_back_alone;
mod nothing_is_sent_on_a_dead_transaction;
mod ok_means_committed;
mod read_only_sessions_do_not_write;
mod retry;
mod round_trips;
mod sandbox;
mod the_connection_is_lent_not_given;
mod timeouts_end_the_attempt;
mod transaction_control_is_refused;
