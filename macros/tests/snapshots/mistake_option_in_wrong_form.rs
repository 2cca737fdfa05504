::core::compile_error! {
    "`timeout` needs a value\n\
help: write `timeout = \"2s\"`"
}
::core::compile_error! {
    "an option starts with its name\n\
help: options are: `nested`, `requires_new`, `from`, `timeout`, `lock_timeout`, `deferrable`, `durability`, `commit_on`, `map_err`, `name`, `crate`"
}
::core::compile_error! {
    "`from` is not part of an option\n\
help: options are separated by commas"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Begin<Postgres>,
    db: &Db<Postgres>,
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
