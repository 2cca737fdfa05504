::core::compile_error! {
    "the session cannot be taken by value\n\
note: the transaction stays with the caller, the function borrows it\n\
help: write `session: &mut Tx`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        <Tx as ::sqlx_transactional::__private::Parts>::Database,
        <Tx as ::sqlx_transactional::__private::Parts>::Mode,
    >,
) -> Result<(), Error> {
    let session: &mut Tx = loop {};
    { body() }
}
