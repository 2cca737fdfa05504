::core::compile_error! {
    "the test takes no database\n\
note: without one it needs no more than `#[tokio::test]`\n\
help: add `db: Db<Postgres>`, or `sandbox: &Sandbox<Postgres>`, or both"
}
async fn f() {
    body()
}
