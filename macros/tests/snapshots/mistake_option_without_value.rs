::core::compile_error! {
    "`timeout` needs a value\n\
help: write `timeout = \"2s\"`"
}
::core::compile_error! {
    "`name` needs a value\n\
help: write `name = \"transfer\"`"
}
::core::compile_error! {
    "`from` needs a value\n\
help: write `from = &self.db`"
}
::core::compile_error! {
    "`crate` needs a value\n\
help: write `crate = crate::reexported::sqlx_transactional`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f() -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
