//! A workspace with a crate for each contender, apart from the repository's own build. Dependencies
//! are built once, then each crate is built alone.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::Error;

/// What a command took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) wall: Duration,
    /// The CPU time of all its processes, which other load on the machine changes little.
    pub(crate) cpu: Duration,
}

pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// An empty workspace, with the versions of this repository's Cargo.lock.
    pub(crate) fn new(root: PathBuf, members: &[String]) -> Result<Self, Error> {
        let repository = repository()?;
        fs::create_dir_all(&root)?;
        fs::write(
            root.join("Cargo.toml"),
            format!("[workspace]\nmembers = {members:?}\nresolver = \"3\"\n"),
        )?;
        for file in ["Cargo.lock", "rust-toolchain.toml"] {
            fs::copy(repository.join(file), root.join(file))?;
        }
        let project = Self { root };
        for member in members {
            project.write(member, "")?;
            let manifest = format!(
                "[package]\nname = \"{member}\"\nedition = \"2024\"\n\n[dependencies]\n\
                 sqlx-transactional = {{ path = \"{}\", features = [\"postgres\"] }}\n\
                 sqlx = {{ version = \"0.9\", default-features = false, features = [\"runtime-tokio\", \"postgres\", \"macros\"] }}\n\
                 tokio = {{ version = \"1.40\", features = [\"time\"] }}\n",
                repository.join("runtime").display()
            );
            fs::write(project.root.join(member).join("Cargo.toml"), manifest)?;
        }
        Ok(project)
    }

    /// Sets the code of a crate, which cargo then has to build again.
    pub(crate) fn write(&self, member: &str, code: &str) -> Result<(), Error> {
        let folder = self.root.join(member).join("src");
        fs::create_dir_all(&folder)?;
        Ok(File::create(folder.join("lib.rs"))?.write_all(code.as_bytes())?)
    }

    /// Runs `cargo ARGUMENTS` in the workspace. Incremental compilation is off, because its cache
    /// would be that of the round before.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<Took, Error> {
        cargo(&self.root, &self.root.join("target"), arguments)
    }

    /// How many lines of LLVM IR a crate becomes without optimisation. Other load on the machine
    /// does not change it.
    pub(crate) fn llvm_lines(&self, member: &str) -> Result<usize, Error> {
        let output = self.root.join(format!("{member}.ll"));
        let emit = format!("--emit=llvm-ir={}", output.display());
        self.cargo(&[
            "rustc",
            "--package",
            member,
            "--",
            &emit,
            "-Ccodegen-units=1",
        ])?;
        let lines = lines_of_functions(&fs::read_to_string(&output)?);
        fs::remove_file(output)?;
        Ok(lines)
    }
}

/// Counts all lines but declarations, constants and debug information.
fn lines_of_functions(code: &str) -> usize {
    let mut inside = false;
    let counts = |line: &&str| {
        inside = line.starts_with("define ") || (inside && !line.starts_with('}'));
        inside
    };
    code.lines().filter(counts).count()
}

/// Builds the macro crate into an empty folder, with all that it depends on.
pub(crate) fn cold_macros(root: &Path) -> Result<Took, Error> {
    let target = root.join("cold");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let took = cargo(
        &repository()?,
        &target,
        &["build", "--package", "sqlx-transactional-macros"],
    )?;
    fs::remove_dir_all(&target)?;
    Ok(took)
}

fn cargo(place: &Path, target: &Path, arguments: &[&str]) -> Result<Took, Error> {
    let (started, before) = (Instant::now(), children_cpu()?);
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["--quiet", "--offline"])
        .args(arguments)
        .current_dir(place);
    command
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .stdin(Stdio::null());
    if !command.status()?.success() {
        return Err(format!(
            "cargo {} failed in {}",
            arguments.join(" "),
            place.display()
        )
        .into());
    }
    Ok(Took {
        wall: started.elapsed(),
        cpu: children_cpu()?.saturating_sub(before),
    })
}

/// The CPU time of the child processes that have ended: `proc_pid_stat(5)`, fields 16 and 17, in
/// ticks of 10 ms.
fn children_cpu() -> Result<Duration, Error> {
    let line = fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = line
        .rsplit_once(") ")
        .ok_or("/proc/self/stat has no name")?;
    let ticks: u64 = fields
        .split(' ')
        .skip(13)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<_, _>>()?;
    Ok(Duration::from_millis(10 * ticks))
}

fn repository() -> Result<PathBuf, Error> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()?)
}
