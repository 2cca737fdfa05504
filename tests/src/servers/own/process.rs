//! A program that runs until it is ended, and never longer than this process. Its children end with
//! it. Linux only.

use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

/// The program and its children, as the arguments of kill(1). The program is stopped first, because
/// a stopped program cannot fork or reap.
const FAMILY: &str = r#"kill -s STOP "$1"; family="$1 $(cat "/proc/$1/task/$1/children")""#;

/// A running program, or one that has ended.
#[derive(Debug)]
pub(super) struct Process {
    id: u32,
    status: watch::Receiver<Option<ExitStatus>>,
}

impl Process {
    /// Starts the program from a thread that lives as long as the program. `setpriv --pdeathsig`
    /// sends its signal when the *thread* that started the program ends, and the thread of a test
    /// or a runtime may end earlier.
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let (sender, status) = watch::channel(None);
        let (started, is_started) = mpsc::sync_channel(1);
        let keeper = thread::Builder::new().name("server".into());
        keeper.spawn(move || match command.spawn() {
            Ok(mut child) => {
                started.send(Ok(child.id())).ok();
                sender.send_replace(child.wait().ok());
            }
            Err(error) => _ = started.send(Err(error)),
        })?;
        let id = is_started.recv().map_err(io::Error::other)??;
        Ok(Self { id, status })
    }

    /// Its exit status, if it has ended.
    pub(super) fn status(&self) -> Option<ExitStatus> {
        *self.status.borrow()
    }

    /// Waits until it ends. Its children may run until [`kill`](Self::kill).
    pub(super) async fn ended(&mut self) -> Option<ExitStatus> {
        // An error means that the thread, and with it the program, has ended.
        self.status
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|status| *status)
    }

    /// Sends SIGKILL to it and its children, and returns when all have ended.
    pub(super) async fn kill(&mut self) {
        for id in self.kill_family() {
            while is_alive(&id) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        self.ended().await;
    }

    fn kill_family(&self) -> Vec<String> {
        if self.status().is_some() {
            return Vec::new();
        }
        let script = format!("{FAMILY}; kill -s KILL $family; echo $family");
        let output = shell(&script, self.id)
            .stderr(Stdio::null())
            .output()
            .expect("there is a shell");
        String::from_utf8_lossy(&output.stdout)
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    }

    /// Sends SIGSTOP to it and its children.
    pub(super) fn pause(&self) -> io::Result<Pause> {
        Pause::new(self.id)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        for id in self.kill_family() {
            while is_alive(&id) {
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

/// A zombie counts as ended: it holds nothing any more.
fn is_alive(id: &str) -> bool {
    state(Path::new(&format!("/proc/{id}"))).is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

/// Whether all threads of a process are stopped.
fn stands_still(id: &str) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{id}/task"))
        .into_iter()
        .flatten()
        .flatten();
    threads
        .filter_map(|thread| state(&thread.path()))
        .all(|state| matches!(state, 'T' | 'Z' | 'X'))
}

/// The state of a process or thread. `None` if it has ended.
fn state(directory: &Path) -> Option<char> {
    let stat = std::fs::read_to_string(directory.join("stat")).ok()?;
    // `12 (name) S ..`. The name may contain any character.
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Stopped programs. They continue when this is dropped, and when this process ends: a shell
/// resumes them when its standard input is closed.
#[derive(Debug)]
pub(super) struct Pause(Child);

impl Pause {
    fn new(id: u32) -> io::Result<Self> {
        let script = format!(
            "{FAMILY}; kill -s STOP $family; echo $family; read -r _; kill -s CONT $family"
        );
        let mut command = shell(&script, id);
        let mut holder = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut family = String::new();
        if let Some(stdout) = holder.stdout.take() {
            BufReader::new(stdout).read_line(&mut family)?;
        }
        // One thread handles the signal and then stops the others. They run until it is scheduled.
        for id in family.split_whitespace() {
            while !stands_still(id) {
                thread::sleep(Duration::from_millis(1));
            }
        }
        Ok(Self(holder))
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        if let Err(error) = self.0.wait() {
            eprintln!("a test's server may still stand still: {error}");
        }
    }
}

fn shell(script: &str, id: u32) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(id.to_string());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with a child. Both only wait.
    fn family() -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & wait"]);
        Process::start(command).expect("there is a shell")
    }

    #[tokio::test]
    async fn own_processes_stand_still_and_go_on() {
        let mut process = family();
        let pause = process.pause().expect("it runs");
        assert!(stands_still(&process.id.to_string()));
        drop(pause);
        while stands_still(&process.id.to_string()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        process.kill().await;
        assert!(process.status().is_some());
    }

    #[tokio::test]
    async fn own_processes_are_killed_with_their_children() {
        let mut process = family();
        let children = format!("/proc/{0}/task/{0}/children", process.id);
        let child = loop {
            let child = std::fs::read_to_string(&children).expect("it runs");
            if !child.is_empty() {
                break child.trim().to_owned();
            }
        };
        // Also while they are stopped.
        let _pause = process.pause().expect("it runs");
        assert!(is_alive(&child));
        process.kill().await;
        assert!(!is_alive(&child) && process.status().is_some());
    }
}
