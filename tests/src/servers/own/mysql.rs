//! A MariaDB server of a test's own.

use std::path::Path;
use std::process::Command;

use sqlx::MySql;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};

use super::{Own, programs};
use crate::servers::Server as _;
use crate::servers::mysql::{self, Home};

const PACKAGE: &str = "mariadb-server";

impl Own for MySql {
    const READY: &str = "ready for connections";

    fn initialise(directory: &Path) -> Command {
        let mut command = programs::command(
            &programs::find("mariadb-install-db", &programs::of_mariadb(), PACKAGE),
            directory,
            "KILL",
        );
        let directory = directory.display();
        command.args([
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]);
        command.args([
            format!("--datadir={directory}/data"),
            format!("--tmpdir={directory}"),
        ]);
        command
    }

    fn copy(directory: &Path, _: u16) -> Command {
        Self::initialise(directory)
    }

    fn follow(primary: u16) -> Option<String> {
        Some(format!(
            "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {primary}, MASTER_USER = 'root',
                MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1;
             START SLAVE"
        ))
    }

    fn replays(goes_on: bool) -> &'static str {
        if goes_on {
            "START SLAVE SQL_THREAD"
        } else {
            "STOP SLAVE SQL_THREAD"
        }
    }

    fn serve(directory: &Path, port: u16) -> Command {
        let mut command = programs::command(
            &programs::find("mariadbd", &programs::of_mariadb(), PACKAGE),
            directory,
            "KILL",
        );
        let directory = directory.display();
        command.args([
            "--no-defaults",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--max-connections=200",
        ]);
        command.args([
            format!("--datadir={directory}/data"),
            format!("--tmpdir={directory}"),
            format!("--port={port}"),
        ]);
        command.args([
            format!("--socket={directory}/socket"),
            format!("--pid-file={directory}/pid"),
        ]);
        // 2: the log is written at each COMMIT, so that it survives the end of the process. With 0,
        // as in `tests/run`, the last second would be lost.
        command.args([
            "--innodb-flush-log-at-trx-commit=2",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=64M",
        ]);
        command.args(["--innodb-use-native-aio=0", "--log-bin=binlog"]);
        // Unique, because a replica ignores events with its own id.
        command.arg(format!("--server-id={port}"));
        command
    }

    fn own_url(port: u16) -> String {
        format!("mysql://root@127.0.0.1:{port}/mysql")
    }

    async fn terminate_others(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
        let sql = "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'root'";
        let others: Vec<i64> = sqlx::query_scalar(sql).fetch_all(&mut *connection).await?;
        for id in others {
            // The connection may already have ended.
            Self::run(connection, format!("KILL {id}")).await.ok();
        }
        Ok(())
    }

    async fn create_at(url: &str, dropped: bool) -> (Home, MySqlConnectOptions, String) {
        mysql::create_at(url, dropped).await
    }
}
