//! Mistakes in a body are reported where they would be without the attributes: each file in
//! `body_errors/` is compiled as it stands, and once more with our attributes taken off, and both
//! times the compiler says the same of the same tokens.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The body is in an async block, of which the compiler speaks in other words than of the body of
/// an `async fn`.
const WORDS: [(&str, &str); 3] = [
    ("`async` block", "`async` function"),
    (
        "in an async block that returns",
        "in an async function that returns",
    ),
    ("referencing local data", "referencing local variable"),
];

/// The attributes that a plain function does not have. Each stands on a line of its own.
const OURS: [&str; 3] = [
    "#[transactional",
    "#[retry_on_error",
    "#[transactional_methods",
];

/// Where a mistake is, by line and column of its first and of its last character, and what it is.
type Mistake = ([u64; 4], Option<String>, String);

#[test]
fn the_attributes_change_nothing_about_mistakes_in_a_body() {
    let names = names();
    let project = project(&names);
    let (annotated, plain) = (mistakes(&project, "annotated"), mistakes(&project, "plain"));
    let mut differences = Vec::new();
    for name in &names {
        let (annotated, plain) = (annotated.get(name), plain.get(name));
        assert!(
            plain.is_some(),
            "{name}.rs compiles: there is nothing to compare"
        );
        if annotated != plain {
            differences.push(format!(
                "{name}.rs, as it stands: {annotated:#?}\nwithout the attributes: {plain:#?}"
            ));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("body_errors")
}

fn names() -> Vec<String> {
    let files = fs::read_dir(directory())
        .expect("the directory of the cases")
        .map(|file| file.expect("a case").path());
    let mut names: Vec<_> = files
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// A package with two programs, `annotated` and `plain`, each of which has all cases as its
/// modules.
fn project(names: &[String]) -> PathBuf {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("body_errors");
    let _left_by_an_earlier_run = fs::remove_dir_all(&project);
    for program in ["annotated", "plain"] {
        let folder = project.join("src/bin").join(program);
        fs::create_dir_all(&folder).expect("a directory of our own");
        for name in names {
            let case =
                fs::read_to_string(directory().join(name).with_extension("rs")).expect("a case");
            let case = if program == "plain" {
                without_attributes(&case)
            } else {
                case
            };
            write(&folder.join(name).with_extension("rs"), &case);
        }
        let modules: Vec<_> = names.iter().map(|name| format!("mod {name};")).collect();
        write(
            &folder.join("main.rs"),
            &format!("{}\nfn main() {{}}\n", modules.join("\n")),
        );
    }
    write(&project.join("Cargo.toml"), &manifest());
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::copy(workspace.join("Cargo.lock"), project.join("Cargo.lock"))
        .expect("the lock file of the workspace");
    project
}

/// The same lines, those of the attributes empty.
fn without_attributes(case: &str) -> String {
    let is_ours = |line: &str| {
        OURS.iter()
            .any(|attribute| line.trim_start().starts_with(attribute))
    };
    let kept: Vec<_> = case
        .lines()
        .map(|line| if is_ours(line) { "" } else { line })
        .collect();
    kept.join("\n")
}

/// The dependencies that the cases of `fail/` see.
fn manifest() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let section = |file: &str, name: &str| {
        let manifest = fs::read_to_string(root.join(file)).expect("a manifest");
        let (_, section) = manifest
            .split_once(&format!("\n[{name}]\n"))
            .expect("the section");
        section.split("\n[").next().unwrap_or_default().to_owned()
    };
    let workspace = section("../Cargo.toml", "workspace.dependencies")
        .replace("path = \"", &format!("path = \"{}/../", root.display()));
    // The macros on random input are no part of what a case sees.
    let dependencies: String = section("Cargo.toml", "dev-dependencies")
        .lines()
        .filter(|line| !line.starts_with("fuzz"))
        .map(|line| line.to_owned() + "\n")
        .collect();
    format!(
        "[package]\nname = \"body-errors\"\nedition = \"2024\"\n[workspace]\n[workspace.dependencies]\n{workspace}\n[dependencies]\n{dependencies}\n"
    )
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// What the compiler has against each case. The flags and the target are those of trybuild, which
/// has built the dependencies for the cases in `fail/`, or will use what is built here.
fn mistakes(project: &Path, program: &str) -> BTreeMap<String, Vec<Mistake>> {
    const FLAGS: &str =
        r#"["--cfg","trybuild","--verbose","-A","dead_code","--diagnostic-width=140"]"#;
    let target = host();
    let output = cargo()
        .current_dir(project)
        .env_remove("RUSTFLAGS")
        .env("CARGO_INCREMENTAL", "0")
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR"))
                .with_file_name("tests")
                .join("trybuild"),
        )
        .args([
            "check",
            "--offline",
            "--quiet",
            "--message-format=json",
            "--target",
            &target,
            "--bin",
            program,
        ])
        .args([
            format!("--config=build.rustflags={FLAGS}"),
            format!("--config=target.{target}.rustflags={FLAGS}"),
        ])
        .output()
        .expect("cargo runs");
    let messages = String::from_utf8(output.stdout).expect("text");
    let mut found = BTreeMap::<String, Vec<Mistake>>::new();
    for message in messages
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
    {
        let message = &message["message"];
        if message["level"] != "error" {
            continue;
        }
        let Some(span) = message["spans"]
            .as_array()
            .and_then(|spans| spans.iter().find(|span| span["is_primary"] == true))
        else {
            continue;
        };
        let file = Path::new(span["file_name"].as_str().expect("a file"))
            .file_stem()
            .expect("its name");
        let place = ["line_start", "column_start", "line_end", "column_end"]
            .map(|key| span[key].as_u64().expect("a place"));
        let text = message["message"]
            .as_str()
            .expect("text")
            .replace(&format!("::{program}::"), "::");
        let text = WORDS.iter().fold(text, |text, (annotated, plain)| {
            text.replace(annotated, plain)
        });
        let code = message["code"]["code"].as_str().map(ToOwned::to_owned);
        found
            .entry(file.to_string_lossy().into_owned())
            .or_default()
            .push((place, code, text));
    }
    assert!(
        !found.is_empty(),
        "cargo failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    for mistakes in found.values_mut() {
        mistakes.sort();
    }
    found
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn host() -> String {
    let output = cargo().arg("-vV").output().expect("cargo runs");
    let version = String::from_utf8(output.stdout).expect("text");
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("the host")
        .to_owned()
}
