//! Databases of tests on MySQL and MariaDB. These servers cannot copy a database, so there are no
//! templates, and the database of each test is migrated.
use sqlx::{MySql, mysql::MySqlConnectOptions};

use crate::driver::{
    mysql::Thread,
    testing::{
        clone::{Cloning, Server},
        sandbox::NOWHERE,
    },
};

pub(crate) const SERVER: Server = Server {
    current: "SELECT COALESCE(DATABASE(), '')",
    ours: "SELECT CONVERT(schema_name USING utf8mb4) FROM information_schema.schemata WHERE LEFT(schema_name, 8) = 'sqlx_tx_'",
    manner: Some(
        "SELECT CONCAT('CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name) \
         FROM information_schema.schemata WHERE schema_name = DATABASE()",
    ),
    drop: |name| format!("DROP DATABASE IF EXISTS {name}"),
    // Named locks are valid on the whole server:
    // https://dev.mysql.com/doc/refman/8.4/en/locking-functions.html
    try_lock: |name| format!("SELECT '1' FROM DUAL WHERE GET_LOCK('{name}', 0) = 1"),
    unlock: |name| format!("DO RELEASE_LOCK('{name}')"),
    templates: None,
};

impl Cloning<MySql> for Thread {
    fn server(_: &MySqlConnectOptions) -> Option<&'static Server> {
        Some(&SERVER)
    }

    fn at(options: &MySqlConnectOptions, name: &str) -> MySqlConnectOptions {
        options.clone().database(name)
    }

    fn lead_nowhere(options: &mut MySqlConnectOptions) {
        *options = options.clone().socket(NOWHERE);
    }
}
