::core::compile_error! {
    "`min_delay` is longer than `max_delay`\n\
help: swap the two"
}
async fn f() -> Result<(), Error> {
    body()
}
