::core::compile_error! {
    "`deferrable` takes no value\n\
help: write `deferrable`"
}
::core::compile_error! {
    "`deferrable` needs a session that is `ReadOnly<Serializable>`\n\
note: only a serializable, read-only transaction can be deferred\n\
help: write `mut session: &mut Session<Postgres, ReadOnly<Serializable>>`"
}
async fn f(session: impl ::sqlx_transactional::Begin<Postgres>) -> Result<(), Error> {
    let _ = session;
    let ::core::option::Option::Some(mut session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
