::core::compile_error! {
    "`#[retry_on_error]` needs an `async fn`, this is a struct\n\
help: write it on each `async fn` that may run again"
}
pub(crate) struct Bank {
    pool: PgPool,
}
