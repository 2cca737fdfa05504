::core::compile_error! {
    "`lock_timeout` needs a value\n\
help: write `lock_timeout = \"1s\"`"
}
::core::compile_error! {
    "`durability` needs a value\n\
help: write `durability = relaxed`"
}
::core::compile_error! {
    "`commit_on` takes a pattern in parentheses\n\
help: write `commit_on(BankError::WrongPassword { .. })`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(session: impl ::sqlx_transactional::Begin<Postgres>) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
