::core::compile_error! {
    "a `const fn` cannot be a test\n\
help: remove `const`"
}
::core::compile_error! {
    "an `extern` function cannot be a test\n\
note: its caller could not await it\n\
help: remove `extern`, and call the function from one that is `extern`"
}
::core::compile_error! {
    "a variadic function cannot be a test\n\
help: take a slice"
}
async fn f(db: Db<Postgres>) {
    body()
}
