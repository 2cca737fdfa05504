//! The lock under which migrations run.
use sqlx::SqlStr;

/// sqlx asks for one with a timeout of -1, which `MySQL` takes for "for ever"; `MariaDB` answers
/// NULL at once, and nobody waits: <https://mariadb.com/kb/en/get_lock/>. In seconds: a year.
pub(crate) const MIGRATION_LOCK: SqlStr = SqlStr::from_static(
    "DO GET_LOCK(CONCAT('sqlx_tx_migrate_', MD5(COALESCE(DATABASE(), ''))), 31536000)",
);
pub(crate) const MIGRATION_UNLOCK: SqlStr = SqlStr::from_static(
    "DO RELEASE_LOCK(CONCAT('sqlx_tx_migrate_', MD5(COALESCE(DATABASE(), ''))))",
);
