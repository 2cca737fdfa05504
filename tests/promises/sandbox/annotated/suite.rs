//! The test binaries of `tests/suite`: how they are built, and run as `cargo test` and
//! `cargo nextest` run them.

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    thread,
};

use serde_json::Value;

/// The tests of an application, and their environment.
pub(super) struct Suite {
    users: PathBuf,
    posts: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Suite {
    /// Sets only these variables, of those that name a database.
    pub(super) fn with(environment: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let [users, posts] = build();
        Self {
            users,
            posts,
            environment: environment.into_iter().collect(),
        }
    }

    fn command(&self, binary: &PathBuf) -> Command {
        let mut command = Command::new(binary);
        // The directory that cargo uses. A backtrace would be more output to remove.
        command
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/suite"))
            .env("RUST_BACKTRACE", "0")
            .env_remove("DATABASE_URL");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the tests of `users.rs` in `module`, all in one process.
    pub(super) fn in_one_process(&self, module: &str) {
        passes(
            &self
                .command(&self.users)
                .args([module, "--test-threads=8"])
                .output()
                .expect("it runs"),
        );
    }

    /// Runs the same tests, and on PostgreSQL one of `posts.rs`, each in a process of its own, in
    /// parallel.
    pub(super) fn in_processes(&self, module: &str) {
        let listed = self
            .command(&self.users)
            .args([module, "--list", "--format=terse"])
            .output()
            .expect("it runs");
        let listed = String::from_utf8(listed.stdout).expect("names are UTF-8");
        let mut tests: Vec<_> = listed
            .lines()
            .filter_map(|line| Some((&self.users, line.strip_suffix(": test")?)))
            .collect();
        assert!(tests.len() >= 10, "{listed}");
        if module == "postgres" {
            tests.push((&self.posts, "passes"));
        }
        let run = |(binary, test): (&PathBuf, &str)| {
            passes(
                &self
                    .command(binary)
                    .args([test, "--exact"])
                    .output()
                    .expect("it runs"),
            );
        };
        thread::scope(|scope| {
            for test in tests {
                drop(scope.spawn(move || run(test)));
            }
        });
    }

    /// The message of a test of `posts.rs` that fails.
    pub(super) fn failure(&self, test: &str) -> String {
        let output = self
            .command(&self.posts)
            .args([test, "--exact"])
            .output()
            .expect("it runs");
        assert!(!output.status.success(), "`{test}` passes");
        let printed = String::from_utf8(output.stdout).expect("it is UTF-8");
        let (_, said) = printed
            .split_once(" stdout ----\n")
            .expect("the test has failed");
        let (said, _) = said
            .split_once("\n\nfailures:")
            .expect("there is a list of those that failed");
        let noise = |line: &&str| {
            !line.is_empty()
                && !line.starts_with("thread '")
                && !line.starts_with("note: run with `RUST_BACKTRACE")
        };
        said.lines().filter(noise).collect::<Vec<_>>().join("\n")
    }

    /// Starts a test of `posts.rs` that never ends. Returns once the test has its database.
    pub(super) fn never_ending(&self, test: &str) -> Child {
        let mut command = self.command(&self.posts);
        let mut child = command
            .args([test, "--exact", "--nocapture"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
        assert!(
            lines
                .map(|line| line.expect("it is UTF-8"))
                .any(|line| line.ends_with("now")),
            "`{test}` has ended"
        );
        child
    }
}

fn passes(output: &Output) {
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Builds the whole workspace, so that earlier builds are reused and not repeated with other
/// features.
fn build() -> [PathBuf; 2] {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "test",
            "--no-run",
            "--quiet",
            "--workspace",
            "--features=suite/run",
            "--test=users",
            "--test=posts",
            "--message-format=json",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let messages: Vec<Value> = output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    ["users", "posts"].map(|name| {
        let built = messages
            .iter()
            .filter(|message| message["target"]["name"] == name)
            .find_map(|message| message["executable"].as_str());
        built.expect("cargo says where it is").into()
    })
}
