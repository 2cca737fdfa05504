//! A PostgreSQL server of a test's own.

use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::Postgres;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use super::{Own, programs};
use crate::servers::postgres::{self, Home};

const PACKAGE: &str = "postgresql";

/// Immediate shutdown: it ends its children too, and removes its shared memory.
const END: &str = "QUIT";

impl Own for Postgres {
    const READY: &str = "database system is ready to accept";

    fn initialise(directory: &Path) -> Command {
        let mut command = programs::command(
            &programs::find("initdb", &programs::of_postgres(), PACKAGE),
            directory,
            END,
        );
        command.args([
            "-D",
            "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        command
    }

    fn copy(directory: &Path, primary: u16) -> Command {
        let mut command = programs::command(
            &programs::find("pg_basebackup", &programs::of_postgres(), PACKAGE),
            directory,
            END,
        );
        command.args([
            "-D",
            "data",
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-p",
            &primary.to_string(),
        ]);
        command.args([
            "--write-recovery-conf",
            "--wal-method=stream",
            "--checkpoint=fast",
            "--no-sync",
        ]);
        command
    }

    fn follow(_: u16) -> Option<String> {
        None
    }

    fn replays(goes_on: bool) -> &'static str {
        if goes_on {
            "SELECT pg_wal_replay_resume()"
        } else {
            // The replay stops before the next record, and not at once.
            "SELECT pg_wal_replay_pause();
             DO $$ BEGIN WHILE pg_get_wal_replay_pause_state() <> 'paused' LOOP PERFORM pg_sleep(0.001); END LOOP; END $$"
        }
    }

    fn serve(directory: &Path, port: u16) -> Command {
        let mut command = programs::command(
            &programs::find("postgres", &programs::of_postgres(), PACKAGE),
            directory,
            END,
        );
        command.args([
            "-D",
            "data",
            "-h",
            "127.0.0.1",
            "-k",
            "",
            "-p",
            &port.to_string(),
        ]);
        // Written data survives the end of the process. fsync would only matter for the end of the
        // machine.
        command.args([
            "-c",
            "fsync=off",
            "-c",
            "full_page_writes=off",
            "-c",
            "max_wal_size=256MB",
            "-c",
            "autovacuum=off",
        ]);
        // Deadlocks are detected soon. Otherwise calls on the same rows would mostly wait for that.
        command.args(["-c", "max_connections=200", "-c", "deadlock_timeout=50ms"]);
        // A standby reconnects soon after its primary is back, and soon cancels queries that read
        // an old snapshot.
        command.args([
            "-c",
            "wal_retrieve_retry_interval=100ms",
            "-c",
            "max_standby_streaming_delay=100ms",
        ]);
        command
    }

    fn own_url(port: u16) -> String {
        format!("postgres://postgres@127.0.0.1:{port}/postgres")
    }

    /// Removes the shared memory segment by which a server notices that another one uses the
    /// directory.
    fn clean_up(directory: &Path) {
        let file =
            std::fs::read_to_string(directory.join("data/postmaster.pid")).unwrap_or_default();
        // The seventh line: key and id,
        // https://github.com/postgres/postgres/blob/master/src/include/utils/pidfile.h
        if let Some(id) = file
            .lines()
            .nth(6)
            .and_then(|line| line.split_whitespace().nth(1))
        {
            let mut command = Command::new("ipcrm");
            command
                .args(["-m", id])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .ok();
        }
    }

    async fn terminate_others(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        sqlx::query(sql).execute(connection).await?;
        Ok(())
    }

    async fn create_at(url: &str, dropped: bool) -> (Home, PgConnectOptions, String) {
        postgres::create_at(url, dropped).await
    }
}
