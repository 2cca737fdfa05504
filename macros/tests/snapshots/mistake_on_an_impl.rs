::core::compile_error! {
    "`#[transactional]` needs an `async fn`, this is an `impl` block\n\
help: write `#[transactional]` on each method that needs a transaction, and `#[transactional_methods]` here"
}
impl Bank {}
