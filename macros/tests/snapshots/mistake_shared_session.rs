::core::compile_error! {
    "a shared reference to the session cannot run statements\n\
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
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
