::core::compile_error! {
    "`#[sqlx_transactional::test]` needs an `async fn`, this is a struct\n\
help: write it on each `async fn` that is a test"
}
struct Users;
