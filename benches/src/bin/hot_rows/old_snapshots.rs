//! Transactions of others that are open on the server for long: what they might still see cannot be
//! removed, and hot rows become slow by as much as ten times. An `idle in transaction` that
//! somebody forgot is enough.

use std::collections::HashSet;

use sqlx::{Connection as _, Postgres};
use tests::servers::TestDatabase;

/// Nobody of ours has a transaction open between two turns.
const SQL: &str = "
    SELECT pid, format('%s, session %s of %s on database %s, for %s s', state, pid, usename, datname, extract(epoch FROM now() - xact_start)::BIGINT)
      FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
       AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND xact_start < now() - INTERVAL '1 second'";

/// Who was warned of.
#[derive(Debug, Default)]
pub(crate) struct OldSnapshots(HashSet<i32>);

impl OldSnapshots {
    /// Warns of those that are new.
    pub(crate) async fn look(
        &mut self,
        database: &TestDatabase<Postgres>,
    ) -> Result<(), sqlx::Error> {
        let mut admin = database.admin().await;
        let sessions: Vec<(i32, String)> = sqlx::query_as(SQL).fetch_all(&mut admin).await?;
        for (pid, session) in sessions {
            if self.0.insert(pid) {
                eprintln!(
                    "warning: somebody keeps an old snapshot ({session}): the figures below say nothing"
                );
                eprintln!(
                    "         a server of your own does, as `tests/run` starts it without TEST_POSTGRES_URL"
                );
            }
        }
        admin.close().await
    }
}
