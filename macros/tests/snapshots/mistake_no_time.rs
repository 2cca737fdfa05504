::core::compile_error! {
    "`timeout = \"0s\"` leaves no time at all\n\
help: write a longer time, or leave `timeout` out for no limit"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
