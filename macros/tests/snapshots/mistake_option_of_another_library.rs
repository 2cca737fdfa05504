::core::compile_error! {
    "unknown option `savepoint`\n\
help: write `nested`"
}
::core::compile_error! {
    "unknown option `propagation`\n\
help: callers decide: a pool begins, a session is joined. `nested` is a savepoint, `requires_new` always begins; a plain function always joins"
}
::core::compile_error! {
    "unknown option `rollback_for`\n\
help: every `Err` rolls back; those that are to commit are named by `commit_on(BankError::WrongPassword { .. })`"
}
::core::compile_error! {
    "unknown option `isolatoin`\n\
help: the isolation level is in the type of the session: `session: &mut Session<Postgres, Serializable>`"
}
::core::compile_error! {
    "unknown option `max_elapsed`\n\
help: it is an option of `#[retry_on_error]`, which is written above `#[transactional]`"
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
