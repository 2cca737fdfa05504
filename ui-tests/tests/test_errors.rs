//! What the compiler says of the tests in `mistaken/`: it leaves out a `#[test]` wherever there is
//! no `--test`, and all mistakes in it, so that trybuild never gets to see them.
//! `mistaken/messages.txt` is written as those of trybuild are.

mod toolchain;

use std::{collections::BTreeMap, env, fs, path::Path, process::Command};

use serde_json::Value;
use toolchain::is_pinned;

#[test]
fn tests_with_mistakes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("mistaken/messages.txt");
    let said = messages();
    if env::var_os("TRYBUILD").is_some_and(|mode| mode == "overwrite") {
        fs::write(&file, &said).expect("it is written");
    }
    let expected = fs::read_to_string(file).expect("it is there");
    let words = is_pinned();
    let compared = |text: &str| {
        if words {
            text.to_owned()
        } else {
            text.lines().filter(|line| line.starts_with('[')).collect()
        }
    };
    assert_eq!(
        compared(&said),
        compared(&expected),
        "the compiler says\n{said}"
    );
}

/// Each error at its place, with what is said beside it, in the order of the file.
fn messages() -> String {
    let output = Command::new(env::var_os("CARGO").expect("cargo runs the tests"))
        .args([
            "check",
            "--quiet",
            "--workspace",
            "--test=mistaken",
            "--features=ui-tests/mistaken",
            "--message-format=json",
        ])
        .output()
        .expect("cargo runs");
    assert!(!output.status.success(), "they compile");
    let messages = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let ours = messages.filter(|message| {
        message["target"]["name"] == "mistaken" && message["message"]["level"] == "error"
    });
    ours.filter_map(|message| in_words(&message["message"]))
        .collect::<BTreeMap<_, _>>()
        .into_values()
        .collect()
}

fn in_words(message: &Value) -> Option<((u64, u64), String)> {
    let spans = message["spans"].as_array()?;
    let span = spans.iter().find(|span| span["is_primary"] == true)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let written = text(&span["text"][0]["text"]);
    let mut words = format!(
        "[{}]\n{}: {}\n",
        written.trim(),
        text(&message["message"]),
        text(&span["label"])
    );
    let children = message["children"]
        .as_array()?
        .iter()
        .filter(|child| child["spans"].as_array().is_none_or(Vec::is_empty));
    let beside =
        children.map(|child| format!("  {}: {}\n", text(&child["level"]), text(&child["message"])));
    words.extend(beside);
    Some((
        (span["line_start"].as_u64()?, span["column_start"].as_u64()?),
        words + "\n",
    ))
}
