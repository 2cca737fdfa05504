//! The macros on random input, from a seed: no panic, and always Rust, or errors that point into
//! what was written. `just fuzz` goes on for longer, with a seed of its own.

use fuzz::{Run, Target};

const SEED: u64 = 1;
const EXECUTIONS: u64 = 1000;

fn holds(target: Target) {
    match Run::new(target, SEED).executions(EXECUTIONS) {
        // If the grammar made mistakes only, it would find none of ours.
        Ok(tally) => assert!(tally.accepted > EXECUTIONS / 50, "{tally:?}"),
        Err(finding) => panic!(
            "{finding}\n\n`just fuzz 60 {SEED} {}` finds it again",
            target.name()
        ),
    }
}

#[test]
fn transactional() {
    holds(Target::Transactional);
}

#[test]
fn retry_on_error() {
    holds(Target::RetryOnError);
}

#[test]
fn test() {
    holds(Target::Test);
}

#[test]
fn transactional_methods() {
    holds(Target::TransactionalMethods);
}
