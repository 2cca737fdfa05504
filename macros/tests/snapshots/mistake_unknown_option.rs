::core::compile_error! {
    "unknown option `timout`\n\
help: did you mean `timeout`? options are: `nested`, `requires_new`, `from`, `timeout`, `lock_timeout`, `deferrable`, `durability`, `commit_on`, `map_err`, `name`, `crate`"
}
::core::compile_error! {
    "unknown option `isolation`\n\
help: the isolation level is in the type of the session: `session: &mut Session<Postgres, Serializable>`"
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
