::core::compile_error! {
    "`#[sqlx_transactional::test]` needs an `async fn`, this is an `impl` block\n\
help: a test is a function of its own: move it out of the block"
}
impl Users {}
