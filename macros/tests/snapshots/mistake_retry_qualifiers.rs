::core::compile_error! {
    "`#[retry_on_error]` needs an `async fn`\n\
note: between two attempts it waits\n\
help: write `async fn`"
}
::core::compile_error! {
    "a `const fn` cannot run again\n\
help: remove `const`"
}
::core::compile_error! {
    "an `extern` function cannot run again\n\
note: its caller could not await it\n\
help: remove `extern`, and call the function from one that is `extern`"
}
::core::compile_error! {
    "a variadic function cannot run again\n\
help: take a slice"
}
async unsafe fn f() -> Result<(), Error> {
    body()
}
