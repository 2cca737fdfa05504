::core::compile_error! {
    "`min_delay` is longer than `max_delay`\n\
note: `max_delay` is \"1s\" where it is not written\n\
help: write a shorter one, or `max_delay = \"2s\"` beside it"
}
async fn f() -> Result<(), Error> {
    body()
}
