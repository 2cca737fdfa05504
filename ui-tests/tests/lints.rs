//! What the compiler and clippy say of a function is what they say of it without our attributes:
//! nothing is hidden, and nothing added but what is marked so. `lints/` is built in three ways for
//! it.

use std::{collections::BTreeSet, env, fs, path::Path, process::Command};

use serde_json::Value;

/// The lint, the file, and where in it the first character is: line and column.
type Warning = (String, String, u64, u64);

/// The lint, the file and the line.
type Mark = (String, String, u64);

#[test]
fn the_attributes_hide_no_warning_and_add_none() {
    let as_it_is = warnings("lints");
    let marked = marks("//~ ");
    assert!(marked.len() > 40, "the marks are read: {marked:#?}");
    assert_eq!(lines(&as_it_is), marked, "the warnings of the code itself");
    for (features, added) in [
        ("annotated", BTreeSet::new()),
        ("annotated,retried", marks("//+ ")),
    ] {
        let with = warnings(&format!("lints,{features}"));
        assert_eq!(
            as_it_is.difference(&with).collect::<Vec<_>>(),
            Vec::<&Warning>::new(),
            "hidden by {features}"
        );
        assert_eq!(
            lines(with.difference(&as_it_is)),
            added,
            "added by {features}"
        );
    }
}

fn lines<'a>(warnings: impl IntoIterator<Item = &'a Warning>) -> BTreeSet<Mark> {
    warnings
        .into_iter()
        .map(|(lint, file, line, _)| (lint.clone(), file.clone(), *line))
        .collect()
}

/// What clippy says of `lints/`. Of the workspace, so that what was checked before is not built
/// with other features.
fn warnings(features: &str) -> BTreeSet<Warning> {
    let features: Vec<_> = features
        .split(',')
        .map(|feature| format!("ui-tests/{feature}"))
        .collect();
    let output = Command::new(env::var_os("CARGO").expect("cargo runs the tests"))
        .args([
            "clippy",
            "--quiet",
            "--workspace",
            "--example",
            "lints",
            "--message-format=json",
            "--features",
            &features.join(","),
        ])
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let messages = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    messages
        .lines()
        .filter_map(|line| warning(&serde_json::from_str(line).expect("a message is JSON")))
        .collect()
}

/// Messages without a lint count the others.
fn warning(message: &Value) -> Option<Warning> {
    if message["reason"] != "compiler-message" || message["target"]["name"] != "lints" {
        return None;
    }
    let message = &message["message"];
    let lint = message["code"]["code"].as_str()?;
    let spans = message["spans"].as_array().expect("spans");
    let place = spans
        .iter()
        .find(|span| span["is_primary"] == true)
        .expect("a warning has a place");
    assert!(
        place["expansion"].is_null(),
        "{lint} points into the expansion: {message}"
    );
    let file = Path::new(place["file_name"].as_str().expect("a file"))
        .file_name()
        .expect("a name")
        .to_string_lossy();
    let at = |key: &str| place[key].as_u64().expect("a number");
    Some((
        lint.to_owned(),
        file.into_owned(),
        at("line_start"),
        at("column_start"),
    ))
}

/// The lints that the lines of `lints/` are marked with.
fn marks(mark: &str) -> BTreeSet<Mark> {
    let mut marks = BTreeSet::new();
    for file in ["attempts.rs", "transactions.rs"] {
        let source = fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("lints")
                .join(file),
        )
        .expect("it is there");
        for (line, text) in (1..).zip(source.lines()) {
            let lints = text.split_once(mark).map(|(_, lints)| lints.split(", "));
            marks.extend(
                lints
                    .into_iter()
                    .flatten()
                    .map(|lint| (lint.to_owned(), file.to_owned(), line)),
            );
        }
    }
    marks
}
