//! Turns the examples of `frameworks.md` into doctests. Each gets hidden lines: an import of the
//! function that all of them call, and its check from `checked/`, which has a file for each
//! framework. The page itself shows neither.
use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::{self, ErrorKind},
    path::Path,
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=frameworks.md");
    println!("cargo::rerun-if-changed=checked");
    let mut tests = String::new();
    let (mut framework, mut inside) = (None::<String>, false);
    for line in fs::read_to_string("frameworks.md")?.lines() {
        if inside && line == "```" {
            inside = false;
            if let Some(framework) = &framework {
                hide(&checked(framework)?, &mut tests)?;
            }
        }
        writeln!(tests, "{line}")?;
        if let Some(title) = line.strip_prefix("## ") {
            framework = Some(title.to_owned());
        } else if line == "```rust" {
            inside = true;
            if framework.is_some() {
                hide("use docs::place;", &mut tests)?;
            }
        }
    }
    fs::write(
        Path::new(&env::var("OUT_DIR")?).join("frameworks.md"),
        tests,
    )?;
    Ok(())
}

/// Writes lines that rustdoc compiles and does not show.
fn hide(code: &str, tests: &mut String) -> std::fmt::Result {
    code.lines()
        .try_for_each(|line| writeln!(tests, "# {line}"))
}

/// The check of a framework; empty for an example that is only compiled.
fn checked(framework: &str) -> io::Result<String> {
    match fs::read_to_string(Path::new("checked").join(framework).with_extension("rs")) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        read => read,
    }
}
