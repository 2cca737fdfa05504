::core::compile_error! {
    "`deferrable` takes no value\n\
help: write `deferrable`"
}
::core::compile_error! {
    "`deferrable` needs a session that is `ReadOnly<Serializable>`\n\
note: only a serializable, read-only transaction can be deferred\n\
help: write `mut session: &mut Session<Postgres, ReadOnly<Serializable>>`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(session: impl ::sqlx_transactional::Begin<Postgres>) -> Result<(), Error> {
    let mut session: &mut Session<Postgres> = loop {};
    { body() }
}
