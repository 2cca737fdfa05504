::core::compile_error! {
    "`#[sqlx_transactional::test]` needs an `async fn`\n\
note: a test awaits its database\n\
help: write `async fn`"
}
fn f(db: Db<Postgres>) {
    body()
}
