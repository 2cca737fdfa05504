::core::compile_error! {
    "`attempts` is set twice\n\
help: keep one of them"
}
async fn f() -> Result<(), Error> {
    body()
}
