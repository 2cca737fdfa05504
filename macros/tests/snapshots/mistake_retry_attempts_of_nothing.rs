::core::compile_error! {
    "`attempts = 0` would run nothing at all\n\
help: write how often the function may run in all, as in `attempts = 5`"
}
async fn f() -> Result<(), Error> {
    body()
}
