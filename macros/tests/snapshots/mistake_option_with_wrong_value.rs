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
    "`crate` takes the path of a module\n\
help: write `crate = crate::reexported::sqlx_transactional`"
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
