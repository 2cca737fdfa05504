::core::compile_error! {
    "`requires_new` takes no value\n\
help: write `requires_new`"
}
::core::compile_error! {
    "`timeout` takes a string\n\
help: write `timeout = \"2s\"`"
}
::core::compile_error! {
    "`name` takes a string\n\
help: write `name = \"transfer\"`"
}
::core::compile_error! {
    "`crate` takes a path\n\
help: write `crate = crate::reexported::sqlx_transactional`"
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
