::core::compile_error! {
    "the session cannot be taken by value\n\
note: the transaction stays with the caller, the function borrows it\n\
help: write `session: &mut Session<Postgres>`"
}
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), Error> {
    let _ = session;
    let ::core::option::Option::Some(mut session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
