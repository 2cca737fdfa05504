::core::compile_error! {
    "`PgPool` is no database, but a pool\n\
help: write `Session<Postgres>`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(pool: PgPool) -> Result<(), Error> {
    loop {}
}
