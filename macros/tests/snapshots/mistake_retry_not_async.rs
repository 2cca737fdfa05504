::core::compile_error! {
    "`#[retry_on_error]` needs an `async fn`\n\
note: between two attempts it waits\n\
help: write `async fn`"
}
async fn f() -> Result<(), Error> {
    body()
}
