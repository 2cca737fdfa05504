# The commands of this project. CI runs `.ci/run`, which is where the longer ones live; it does not need `just`.

default:
    @just --list

# Does it compile?
check:
    cargo check --workspace --exclude docs --all-targets

# The tests, on private servers; words select by test or binary name
test *words:
    tests/run {{ words }}

# An application's suite in sandboxes, eight at the same time, for so many rounds on each database
sandbox rounds="200":
    SANDBOX_ROUNDS={{ rounds }} tests/run -- cargo test -p tests --test promises sandbox::in_parallel -- --nocapture --test-threads 1

# What must not compile, and with which words
ui:
    cargo test -p ui-tests

# What does not depend on the toolchain, on another one: `just on nightly`, `just on 1.94.1`
on toolchain:
    cargo +{{ toolchain }} check --workspace --exclude docs --all-targets
    cargo +{{ toolchain }} test -p sqlx-transactional-macros -p ui-tests -p edition_2021 -p renamed

# Accept the messages and expansions as they are now; read the diff
bless:
    TRYBUILD=overwrite cargo test -p ui-tests
    UPDATE_EXPECT=1 cargo test -p sqlx-transactional-macros

# What a call costs, as ratios to sqlx by hand: `bench ROUNDS WORKERS`
bench *numbers:
    cargo run --release -p benches --bin recognise
    tests/run -- cargo run --release -p benches --bin overhead -- {{ numbers }}

# What the attributes cost the compiler, as ratios to sqlx by hand: an hour; with `--functions 100` five minutes
bench-compile-time *options:
    cargo run --release -p benches --bin compile_time -- {{ options }}

# Retries under contention: against pgbench, and an audited load
bench-retries *options:
    tests/run -- cargo run --release -p benches --bin hot_rows -- {{ options }}

# Many writers on one file of SQLite: `bench-sqlite WRITERS WRITES ROUNDS`
bench-sqlite *numbers:
    cargo run --release -p benches --bin sqlite_writers -- {{ numbers }}

# What a test costs: in a sandbox, on a clone, and with `#[sqlx::test]`
bench-tests:
    tests/run -- cargo run --release -p benches --bin per_test

# Random faults under load, for so many seconds on each server: not part of CI
soak *options:
    tests/soak {{ options }}

# Random input for the macros: `fuzz SECONDS SEED MACRO`
fuzz *options:
    cargo run --release -p fuzz --bin fuzz -- {{ options }}

# Formatting, clippy, each feature alone
lint:
    .ci/run format lint features

# The documentation, with warnings as errors
docs:
    .ci/run docs

# All that CI runs
ci:
    .ci/run
