//! What must not compile, and with which words: README.md says how to run and to bless. What must
//! compile is in `pass/`.

mod toolchain;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use toolchain::is_pinned;

/// Set where the programs are copies, of which only the places of the errors are read.
const COPIES: &str = "UI_TESTS_COPIES";

/// What a case begins with, in a program that has several. It ends where the next one begins.
const CASE: &str = "// case: ";

/// No program compiles, and each case has an error of its own: a program of several cases is refused
/// because of any of them. The words are those of the pinned toolchain, and compared there only.
#[test]
fn mistakes() {
    let programs = match env::var(COPIES) {
        Ok(copies) => copies,
        Err(_) if is_pinned() => "fail".to_owned(),
        Err(_) => return without_words(),
    };
    // They are compiled when this is dropped.
    trybuild::TestCases::new().compile_fail(format!("{programs}/*/*.rs"));
    assert_each_case_has_its_error(Path::new(&programs));
}

/// On copies. trybuild is told to write their messages, so it does not compare them.
fn without_words() {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fail");
    // What an earlier run has left; there may be none.
    let _ = fs::remove_dir_all(&copies);
    for program in programs(Path::new("fail")) {
        let copy = copies.join(program.strip_prefix("fail").expect("it is there"));
        fs::create_dir_all(copy.parent().expect("a topic")).expect("a directory");
        fs::copy(program, copy).expect("a copy");
    }
    let mut test = Command::new(env::current_exe().expect("this test"));
    test.args(["--exact", "mistakes", "--nocapture"])
        .env(COPIES, copies)
        .env("TRYBUILD", "overwrite");
    assert!(
        test.status().expect("it runs").success(),
        "a program compiles, or a case has no error, see above"
    );
}

fn assert_each_case_has_its_error(directory: &Path) {
    let mut without = Vec::new();
    for program in programs(directory) {
        let read = |file: &Path| {
            fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        };
        let errors = lines_of_errors(&read(&program.with_extension("stderr")), &program);
        assert!(!errors.is_empty(), "{}: no error", program.display());
        let source = read(&program);
        let cases: Vec<_> = (1..)
            .zip(source.lines())
            .filter_map(|(line, text)| Some((line, text.strip_prefix(CASE)?)))
            .collect();
        let ends = cases.iter().skip(1).map(|(line, _)| *line);
        for ((begin, case), end) in cases.iter().zip(ends.chain([usize::MAX])) {
            if !errors.iter().any(|line| (*begin..end).contains(line)) {
                without.push(format!("{}:{begin}: {case}", program.display()));
            }
        }
    }
    assert!(without.is_empty(), "without an error: {without:#?}");
}

/// The lines of `program` that the errors in `messages` point to.
fn lines_of_errors(messages: &str, program: &Path) -> Vec<usize> {
    let name = program.file_name().expect("a file").to_string_lossy();
    let mut lines = messages.lines();
    let mut found = Vec::new();
    while lines.any(|line| line.starts_with("error")) {
        let place = lines.find_map(|line| line.trim_start().strip_prefix("--> "));
        let mut parts = place.expect("an error has a place").rsplitn(3, ':');
        let (_column, line, file) = (parts.next(), parts.next(), parts.next());
        if file.is_some_and(|file| file.ends_with(&*name)) {
            found.push(line.and_then(|line| line.parse().ok()).expect("a line"));
        }
    }
    found
}

fn programs(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = |path: &Path| {
        fs::read_dir(path)
            .expect("a directory")
            .map(|entry| entry.expect("an entry").path())
    };
    let files = entries(directory).flat_map(move |topic| entries(&topic).collect::<Vec<_>>());
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
