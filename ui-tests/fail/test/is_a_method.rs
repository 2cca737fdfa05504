//! A test among the methods that it is about.
use sqlx::Sqlite;
use sqlx_transactional::Db;

struct Users;

impl Users {
    #[sqlx_transactional::test]
    async fn works(&self, db: Db<Sqlite>) {
        let _ = db;
    }
}

fn main() {}
