::core::compile_error! {
    "`#[transactional]` needs an `async fn`, this is a struct\n\
help: write it on each `async fn` that needs a transaction"
}
pub(crate) struct Bank {
    pool: PgPool,
}
