::core::compile_error! {
    "`self` would be gone after the first attempt\n\
note: `#[retry_on_error]` may run the body again\n\
help: take `&self`"
}
async fn f(mut self) -> Result<(), Error> {
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
