//! Hazards of sqlx 0.9, one file each. `by_hand` shows that the hazard is real with the sqlx and
//! the servers of this build, and fails when it no longer is. `through_us` shows that the crate
//! prevents it. `tests/run hazards` runs all of them, `tests/run h02` runs one, and
//! `tests/run table --no-capture` prints a table.

/// Runs the same check on several databases. `on! { [postgres mysql] by_hand: check; }` declares
/// the tests `by_hand::on_postgres` and `by_hand::on_mysql`, which await `check::<Postgres>()` and
/// `check::<MySql>()`. `on! { blocking [..] .. }` calls the checks outside a runtime.
macro_rules! on {
    (blocking $databases:tt $($test:ident: $check:ident;)*) => {
        $( mod $test { on! { @blocking $databases $check } } )*
    };
    ($databases:tt $($test:ident: $check:ident;)*) => {
        $( mod $test { on! { @awaited $databases $check } } )*
    };
    (@$how:ident [$($database:ident)*] $check:ident) => { $( on! { @$how $database $check } )* };
    (@$how:ident postgres $check:ident) => { on! { @$how on_postgres $check Postgres } };
    (@$how:ident mysql $check:ident) => { on! { @$how on_mysql $check MySql } };
    (@$how:ident sqlite $check:ident) => { on! { @$how on_sqlite $check Sqlite } };
    (@blocking $test:ident $check:ident $database:ident) => {
        #[test]
        fn $test() {
            super::$check::<sqlx::$database>();
        }
    };
    (@awaited $test:ident $check:ident $database:ident) => {
        #[tokio::test]
        async fn $test() {
            super::$check::<sqlx::$database>().await;
        }
    };
}

mod accounts;
mod conflict;
mod h01_commit_of_an_aborted_transaction_is_ok;
mod h02_cancelled_begin_stays_open;
mod h03_cancelled_begin_stays_open_on_mariadb;
mod h04_deadlock_ends_the_transaction;
mod h05_conflict_clause_ends_the_transaction;
mod h06_ddl_commits;
mod h07_commit_is_where_it_conflicts;
mod h08_lock_timeout_has_no_sqlstate;
mod h09_late_write_lock_fails_at_once;
mod h10_locks_outlive_the_drop;
mod h11_failed_rollback_replaces_the_error;
mod h12_deadlock_in_a_savepoint;
mod h13_set_transaction_comes_too_late;
mod h14_memory_is_one_database_a_connection;
mod h15_drop_outside_a_runtime_panics;
mod h16_a_task_takes_the_transaction_along;
mod h17_savepoints_pile_up;
mod h18_the_class_is_lost_on_the_way;
mod h19_failed_begin_stays_open;
mod h20_cancelled_prepare_loses_the_permit;
mod h21_memory_dies_with_its_connection;
mod h22_failed_nested_begin_ends_the_outer;
mod h23_automatic_rollback_keeps_the_depth;
mod h24_shared_memory_ignores_the_busy_timeout;
mod h25_dead_connections_have_many_errors;
mod h26_the_chain_hides_the_error;
mod h27_cancelled_statement_fails_the_next;
mod h28_cancelled_statement_keeps_its_locks;
mod h29_settings_stay_on_the_connection;
mod h30_cut_statements_desynchronise;
mod h31_unread_error_answers_commit;
mod h32_silent_network;
mod h33_restart_resets_acquire;
mod h34_drop_outside_a_runtime_with_min_connections;
mod h35_helpers_end_the_transaction;
mod h36_commits_in_disguise;
mod h37_text_does_not_tell_writes;
mod h38_copy_breaks_the_connection;
mod h39_cancelled_begin_keeps_waiting;
mod h40_second_writer_in_one_task;
mod mariadb;
mod table;
mod user_errors;
