//! A test that takes no database.

#[sqlx_transactional::test]
async fn works() {}

fn main() {}
