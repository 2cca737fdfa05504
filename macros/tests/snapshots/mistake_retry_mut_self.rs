::core::compile_error! {
    "`self` would be gone after the first attempt\n\
note: `#[retry_on_error]` may run the body again\n\
help: take `&self`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(mut self) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
