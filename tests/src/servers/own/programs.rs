//! Finds the servers' programs, and runs them as a user other than root, which they require.
//! `tests/run` does the same.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A program from the first of the directories that has it, or from `PATH`.
pub(super) fn find(name: &str, directories: &[PathBuf], package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = directories
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path));
    let found = all
        .map(|directory| directory.join(name))
        .find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("`{name}` is missing: install {package} (on Debian and Ubuntu: `apt-get install {package}`)"))
}

/// The directories in which Debian, Red Hat and Homebrew keep PostgreSQL, newest first.
pub(super) fn of_postgres() -> Vec<PathBuf> {
    let entries = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    versions
        .into_iter()
        .map(|(_, directory)| directory)
        .collect()
}

/// The same for MariaDB.
pub(super) fn of_mariadb() -> Vec<PathBuf> {
    ["/usr/sbin", "/usr/libexec"].map(PathBuf::from).to_vec()
}

/// A directory that the servers' user can write to. It is removed when it is dropped.
pub(super) fn directory() -> TempDir {
    let parent = if is_root() {
        PathBuf::from("/tmp")
    } else {
        std::env::temp_dir()
    };
    let directory = tempfile::Builder::new()
        .prefix("own-server.")
        .tempdir_in(parent)
        .expect("the temporary directory can be written to");
    if is_root() {
        let (user, group) = server_user();
        chown(directory.path(), Some(user), Some(group)).expect("root may");
    }
    directory
}

/// `program`, run in `directory` as a user that the servers accept. It gets `signal` when the
/// thread that started it ends. Its output goes to `log`.
pub(super) fn command(program: &Path, directory: &Path, signal: &str) -> Command {
    let mut command = Command::new(find("setpriv", &[], "util-linux"));
    if is_root() {
        let (user, group) = server_user();
        command.args([
            "--reuid",
            &user.to_string(),
            "--regid",
            &group.to_string(),
            "--clear-groups",
        ]);
    }
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(log(directory))
        .expect("the directory is ours");
    let errors = log.try_clone().expect("it is a file");
    command
        .args(["--pdeathsig", signal])
        .arg(program)
        .current_dir(directory);
    command.stdin(Stdio::null()).stdout(log).stderr(errors);
    command
}

/// The output of the programs that were run in `directory`.
pub(super) fn log(directory: &Path) -> PathBuf {
    directory.join("log")
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

fn server_user() -> (u32, u32) {
    let id = |option, name| {
        let output = Command::new("id")
            .args([option, name])
            .output()
            .expect("there is `id`");
        String::from_utf8_lossy(&output.stdout).trim().parse().ok()
    };
    let user = |name| Some((id("-u", name)?, id("-g", name)?));
    user("postgres")
        .or_else(|| user("nobody"))
        .expect("there is a user `nobody`")
}
