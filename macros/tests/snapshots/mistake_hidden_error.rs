::core::compile_error! {
    "`impl Trait` hides the error type\n\
note: a failure of the transaction itself is returned as this error, through `From<sqlx::Error>`\n\
help: name the type"
}
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), impl Error> {
    let _ = session;
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
