//! Finds transactions of other sessions that have been open for more than a second. PostgreSQL
//! keeps the row versions that they might still see, and hot rows become up to ten times slower. A
//! forgotten session that is `idle in transaction` is enough.

use std::collections::HashSet;

use sqlx::{Connection as _, Postgres};
use tests::servers::TestDatabase;

/// Between two turns this program has no transaction open.
const SQL: &str = "
    SELECT pid, format('%s, session %s of %s on database %s, for %s s', state, pid, usename, datname, extract(epoch FROM now() - xact_start)::BIGINT)
      FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
       AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND xact_start < now() - INTERVAL '1 second'";

/// The sessions that a warning was printed for.
#[derive(Debug, Default)]
pub(crate) struct OldSnapshots(HashSet<i32>);

impl OldSnapshots {
    /// Prints a warning for each new session.
    pub(crate) async fn look(
        &mut self,
        database: &TestDatabase<Postgres>,
    ) -> Result<(), sqlx::Error> {
        let mut admin = database.admin().await;
        let sessions: Vec<(i32, String)> = sqlx::query_as(SQL).fetch_all(&mut admin).await?;
        for (pid, session) in sessions {
            if self.0.insert(pid) {
                eprintln!(
                    "warning: an old snapshot of another session ({session}) spoils the figures below"
                );
                eprintln!(
                    "         use a server of your own: `tests/run` starts one without TEST_POSTGRES_URL"
                );
            }
        }
        admin.close().await
    }
}
