::core::compile_error! {
    "`#[retry_on_error]` is written twice\n\
help: keep one of them"
}
async fn f() -> Result<(), Error> {
    body()
}
