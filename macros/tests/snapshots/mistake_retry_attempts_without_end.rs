::core::compile_error! {
    "`5_000_000_000` is too large\n\
help: write `attempts = 5`"
}
async fn f() -> Result<(), Error> {
    body()
}
