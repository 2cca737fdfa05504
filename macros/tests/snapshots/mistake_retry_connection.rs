::core::compile_error! {
    "`connection` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: take a pool, from which each attempt gets a connection"
}
::core::compile_error! {
    "`other` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: take a pool, from which each attempt gets a connection"
}
async fn f(
    connection: &mut PgConnection,
    other: &mut PoolConnection<Sqlite>,
) -> Result<(), Error> {
    body()
}
