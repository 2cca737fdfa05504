//! What must not compile, and with which words: README.md says how to run and to bless. What must
//! compile is in `pass/`.

mod toolchain;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use toolchain::is_pinned;

/// Set where the cases are copies whose messages nobody reads.
const COPIES: &str = "UI_TESTS_COPIES";

/// No case compiles. The words are those of the pinned toolchain, and compared there only.
#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    match env::var(COPIES) {
        Ok(copies) => cases.compile_fail(format!("{copies}/*/*.rs")),
        Err(_) if is_pinned() => cases.compile_fail("fail/*/*.rs"),
        Err(_) => without_words(),
    }
}

/// On copies, whose messages trybuild is told to write: then a case fails only if it compiles.
fn without_words() {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fail");
    // What an earlier run has left; there may be none.
    let _ = fs::remove_dir_all(&copies);
    for case in cases() {
        let copy = copies.join(case.strip_prefix("fail").expect("it is there"));
        fs::create_dir_all(copy.parent().expect("a topic")).expect("a directory");
        fs::copy(case, copy).expect("a copy");
    }
    let mut test = Command::new(env::current_exe().expect("this test"));
    test.args(["--exact", "mistakes", "--nocapture"])
        .env(COPIES, copies)
        .env("TRYBUILD", "overwrite");
    assert!(
        test.status().expect("it runs").success(),
        "a case compiles, see above"
    );
}

fn cases() -> impl Iterator<Item = PathBuf> {
    let entries = |path: &Path| {
        fs::read_dir(path)
            .expect("a directory")
            .map(|entry| entry.expect("an entry").path())
    };
    let files =
        entries(Path::new("fail")).flat_map(move |topic| entries(&topic).collect::<Vec<_>>());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
}

/// README.md shows messages; each block is what the compiler says today.
#[test]
fn the_readme_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let readme = read("README.md");
    let sections: Vec<_> = readme.split("\n### ").skip(1).collect();
    assert_eq!(sections.len(), 10, "ten mistakes");
    for section in sections {
        let (_, link) = section.split_once("](").expect("each links to its case");
        let (case, _) = link.split_once(')').expect("a whole link");
        let blocks: Vec<_> = section.split("\n```").skip(1).step_by(2).collect();
        let [code, message] = blocks[..] else {
            panic!("{case}: a block of code and one of its message")
        };
        let code = code.strip_prefix("rust\n").expect("code is Rust").trim();
        assert!(
            code.lines().all(|line| read(case)
                .lines()
                .any(|written| written.trim() == line.trim())),
            "{case} does not hold\n{code}"
        );
        let expected = read(&case.replace(".rs", ".stderr"));
        let message = message
            .strip_prefix("text\n")
            .expect("a message is text")
            .trim_end();
        assert_eq!(
            message,
            first_error(&expected),
            "{case}: the compiler says something else; copy it from the .stderr"
        );
    }
}

/// Two examples quote the case that their design is about: the error, and what of the program is
/// shown.
#[test]
fn the_examples_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    for (example, case) in [
        ("certificates", "fail/response/stream_kept_for_the_body"),
        ("campaigns", "fail/escape/repository_with_a_dead_session"),
    ] {
        let (readme, program) = (
            read(&format!("../examples/{example}/README.md")),
            read(&format!("{case}.rs")),
        );
        let within =
            |text: &str, line: &str| text.lines().any(|written| written.trim() == line.trim());
        let message = read(&format!("{case}.stderr"));
        assert!(
            message.lines().all(|line| within(&readme, line)),
            "{example}: the compiler says something else; copy it from the .stderr"
        );
        let (_, shown) = readme
            .split_once("```rust\n")
            .expect("the program is shown");
        let (shown, _) = shown.split_once("```").expect("a whole block");
        assert!(
            shown.lines().all(|line| within(&program, line)),
            "{example}: {case}.rs is another program"
        );
    }
}

/// rustc repeats the error about a wrong source twice; the first is the one on the user's argument.
fn first_error(messages: &str) -> &str {
    messages
        .split("\n\nerror")
        .next()
        .unwrap_or_default()
        .trim_end()
}
