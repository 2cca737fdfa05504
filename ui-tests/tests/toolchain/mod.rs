//! Whose words are compared.

use std::{env, process::Command};

/// Whether this is the compiler that rust-toolchain.toml names.
pub(crate) fn is_pinned() -> bool {
    let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .arg("--version")
        .output()
        .expect("a compiler");
    let version = String::from_utf8(output.stdout).expect("UTF-8");
    let pinned = include_str!("../../../rust-toolchain.toml")
        .lines()
        .find_map(|line| line.strip_prefix("channel = "))
        .expect("a channel");
    version.split(' ').nth(1) == Some(pinned.trim_matches('"'))
}
