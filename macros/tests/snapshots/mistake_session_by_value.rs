::core::compile_error! {
    "the session cannot be taken by value\n\
note: the transaction stays with the caller, the function borrows it\n\
help: write `session: &mut Session<Postgres>`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), Error> {
    let mut session: &mut Session<Postgres> = loop {};
    { body() }
}
