::core::compile_error! {
    "`#[retry_on_error]` needs an `async fn`, this is an `impl` block\n\
help: write it on each method that may run again"
}
impl Bank {}
