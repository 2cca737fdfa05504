::core::compile_error! {
    "`max_delay` is shorter than `min_delay`\n\
note: `min_delay` is \"10ms\" where it is not written\n\
help: write a longer one, or `min_delay = \"9ms\"` beside it"
}
async fn f() -> Result<(), Error> {
    body()
}
