::core::compile_error! {
    "unknown option `timout`\n\
help: did you mean `timeout`? options are: `nested`, `requires_new`, `from`, `timeout`, `lock_timeout`, `deferrable`, `durability`, `commit_on`, `name`, `crate`"
}
::core::compile_error! {
    "unknown option `isolation`\n\
help: the isolation level is in the type of the session: `session: &mut Session<Postgres, Serializable>`"
}
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> Result<(), Error> {
    let _ = session;
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
