::core::compile_error! {
    "`self` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: take `&self`"
}
async fn f(&mut self) -> Result<(), Error> {
    body()
}
