::core::compile_error! {
    "the session cannot be taken by value\n\
note: the transaction stays with the caller, the function borrows it\n\
help: write `session: &mut Tx`"
}
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        <Tx as ::sqlx_transactional::__private::Parts>::Database,
        <Tx as ::sqlx_transactional::__private::Parts>::Mode,
    >,
) -> Result<(), Error> {
    let _ = session;
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<&mut Tx>
    else { loop {} };
    ({ body() })
}
