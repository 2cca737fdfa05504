::core::compile_error! {
    "`impl Trait` hides the error type\n\
note: it tells whether to run again\n\
help: name the type"
}
async fn f() -> Result<(), impl Error> {
    body()
}
