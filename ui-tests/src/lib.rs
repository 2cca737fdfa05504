//! Compile-time tests; see `tests/ui.rs`.
