//! The application's tables on each database, and their contents.

use sqlx::{AssertSqlSafe, MySql, Postgres, Sqlite};
use tests::servers::{Server, TestDatabase};

/// The differences between the databases that an application is tested on.
pub(super) trait Tables: Server {
    const CREATE: &str;
    /// Whether a foreign key can be checked at COMMIT.
    const DEFERS: bool;
    /// Whether a number that was drawn stays drawn after a rollback.
    const SEQUENCES_GO_ON: bool;
    /// The query for the sequences and the numbers that are drawn.
    const SEQUENCES: &str;

    fn row(columns: &str) -> String;

    fn texts(
        connection: &mut Self::Connection,
        sql: String,
    ) -> impl Future<Output = Vec<String>> + Send;
}

/// The columns of each table, none of which is null.
const TABLES: [(&str, &str); 4] = [
    ("users", "id, name"),
    ("logins", "user_id, token"),
    ("notes", "id, owner, title, text, changes, words"),
    ("labels", "word, title"),
];

/// A database with the application's tables, and one user with a note.
pub(super) async fn with_tables<DB: Tables>() -> TestDatabase<DB> {
    let database = TestDatabase::new().await;
    database.run(DB::CREATE).await;
    database
        .run("INSERT INTO users (name) VALUES ('zoe'); INSERT INTO notes (owner, title, text) VALUES (1, 'zoe', 'was here before')")
        .await;
    database
}

/// Each row of each table, as text.
pub(super) async fn all_rows<DB: Tables>(database: &TestDatabase<DB>) -> Vec<String> {
    let mut connection = database.connect().await;
    let mut all = Vec::new();
    for (table, columns) in TABLES {
        let rows = DB::texts(
            &mut connection,
            format!("SELECT {} FROM {table} ORDER BY 1", DB::row(columns)),
        )
        .await;
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    all
}

/// Each sequence with the last number that was drawn, or the next one.
pub(super) async fn sequences<DB: Tables>(database: &TestDatabase<DB>) -> Vec<String> {
    DB::texts(&mut database.connect().await, DB::SEQUENCES.to_owned()).await
}

macro_rules! texts {
    ($db:ty) => {
        async fn texts(
            connection: &mut <$db as sqlx::Database>::Connection,
            sql: String,
        ) -> Vec<String> {
            sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_all(connection)
                .await
                .expect("the tables are these")
        }
    };
}

impl Tables for Postgres {
    const CREATE: &str = "
        CREATE TABLE users (id BIGSERIAL PRIMARY KEY, name VARCHAR(100) UNIQUE);
        CREATE TABLE logins (user_id BIGINT REFERENCES users (id), token VARCHAR(100) PRIMARY KEY);
        CREATE TABLE notes (id BIGSERIAL PRIMARY KEY, owner BIGINT REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
            title VARCHAR(100) UNIQUE, text VARCHAR(200), changes BIGINT DEFAULT 0, words BIGINT DEFAULT 0);
        CREATE TABLE labels (word VARCHAR(100) PRIMARY KEY, title VARCHAR(100))";
    const DEFERS: bool = true;
    const SEQUENCES_GO_ON: bool = true;
    const SEQUENCES: &str =
        "SELECT sequencename || ' ' || COALESCE(last_value, 0) FROM pg_sequences ORDER BY 1";

    fn row(columns: &str) -> String {
        format!("CONCAT_WS('|', {columns})")
    }

    texts!(Self);
}

impl Tables for MySql {
    const CREATE: &str = "
        CREATE TABLE users (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) UNIQUE);
        CREATE TABLE logins (user_id BIGINT REFERENCES users (id), token VARCHAR(100) PRIMARY KEY);
        CREATE TABLE notes (id BIGINT AUTO_INCREMENT PRIMARY KEY, owner BIGINT REFERENCES users (id),
            title VARCHAR(100) UNIQUE, text VARCHAR(200), changes BIGINT DEFAULT 0, words BIGINT DEFAULT 0);
        CREATE TABLE labels (word VARCHAR(100) PRIMARY KEY, title VARCHAR(100))";
    const DEFERS: bool = false;
    const SEQUENCES_GO_ON: bool = true;
    const SEQUENCES: &str =
        "SELECT CONCAT(table_name, ' ', auto_increment) FROM information_schema.tables
        WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL ORDER BY 1";

    fn row(columns: &str) -> String {
        format!("CONCAT_WS('|', {columns})")
    }

    texts!(Self);
}

impl Tables for Sqlite {
    const CREATE: &str = "
        CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE);
        CREATE TABLE logins (user_id INTEGER REFERENCES users (id), token TEXT PRIMARY KEY);
        CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
            title TEXT UNIQUE, text TEXT, changes INTEGER DEFAULT 0, words INTEGER DEFAULT 0);
        CREATE TABLE labels (word TEXT PRIMARY KEY, title TEXT)";
    const DEFERS: bool = true;
    const SEQUENCES_GO_ON: bool = false;
    const SEQUENCES: &str = "SELECT name || ' ' || seq FROM sqlite_sequence ORDER BY 1";

    fn row(columns: &str) -> String {
        columns.replace(", ", " || '|' || ")
    }

    texts!(Self);
}
