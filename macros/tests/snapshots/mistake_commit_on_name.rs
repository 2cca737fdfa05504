::core::compile_error! {
    "`Locked` needs its path\n\
note: a name alone is a new variable, which matches every error, unless a variant or a constant of that name is imported\n\
help: write `BankError::Locked`"
}
::core::compile_error! {
    "`error` matches every error\n\
help: name those that commit, as in `BankError::Variant`, or write `_` if all of them do"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), bank::BankError> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
