//! The programs beside this file; see each `main.rs`.
