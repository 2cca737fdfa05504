//! What goes wrong with sqlx 0.9 by hand, one file a hazard: `by_hand` shows that it is real on the sqlx and the servers that we build
//! with, and turns red when that changes; `through_us` shows that it is closed. `tests/run hazards` runs them, `tests/run h02` one.

mod accounts;
mod h01_commit_of_an_aborted_transaction_is_ok;
mod h02_cancelled_begin_stays_open;
mod h03_cancelled_begin_stays_open_on_mariadb;
mod h04_deadlock_ends_the_transaction;
mod h05_conflict_clause_ends_the_transaction;
mod h06_ddl_commits;
mod h08_lock_timeout_has_no_sqlstate;
mod h09_late_write_lock_fails_at_once;
mod h11_failed_rollback_replaces_the_error;
mod h12_deadlock_in_a_savepoint;
mod h13_set_transaction_comes_too_late;
mod h15_drop_outside_a_runtime_panics;
mod h17_savepoints_pile_up;
mod h19_failed_begin_stays_open;
mod h20_cancelled_prepare_loses_the_permit;
mod h22_failed_nested_begin_ends_the_outer;
mod h23_automatic_rollback_keeps_the_depth;
mod h25_dead_connections_have_many_errors;
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
