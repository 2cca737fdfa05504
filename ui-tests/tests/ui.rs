//! What must not compile, and with which words: README.md says how to run and to bless. What must compile is in `pass/`.

use std::{fs, path::Path};

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*/*.rs");
}

/// README.md shows messages; each block is what the compiler says today.
#[test]
fn the_readme_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let readme = read("README.md");
    let sections: Vec<_> = readme.split("\n### ").skip(1).collect();
    assert_eq!(sections.len(), 10, "ten mistakes");
    for section in sections {
        let (_, link) = section.split_once("](").expect("each links to its case");
        let (case, _) = link.split_once(')').expect("a whole link");
        let blocks: Vec<_> = section.split("\n```").skip(1).step_by(2).collect();
        let [code, message] = blocks[..] else { panic!("{case}: a block of code and one of its message") };
        let code = code.strip_prefix("rust\n").expect("code is Rust").trim();
        assert!(code.lines().all(|line| read(case).lines().any(|written| written.trim() == line.trim())), "{case} does not hold\n{code}");
        let expected = read(&case.replace(".rs", ".stderr"));
        let message = message.strip_prefix("text\n").expect("a message is text").trim_end();
        assert_eq!(message, first_error(&expected), "{case}: the compiler says something else; copy it from the .stderr");
    }
}

/// rustc repeats the error about a wrong source twice; the first is the one on the user's argument.
fn first_error(messages: &str) -> &str {
    messages.split("\n\nerror").next().unwrap_or_default().trim_end()
}
