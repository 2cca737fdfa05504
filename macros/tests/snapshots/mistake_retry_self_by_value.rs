::core::compile_error! {
    "`self` would be gone after the first attempt\n\
note: `#[retry_on_error]` may run the body again\n\
help: take `&self`"
}
async fn f(self) -> Result<(), Error> {
    body()
}
