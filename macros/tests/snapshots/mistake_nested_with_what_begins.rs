::core::compile_error! {
    "`lock_timeout` takes a string\n\
help: write `lock_timeout = \"1s\"`"
}
::core::compile_error! {
    "`requires_new` contradicts `nested`\n\
note: `requires_new` always begins a transaction of its own, so there is none to nest in\n\
help: keep one of them"
}
::core::compile_error! {
    "`lock_timeout` contradicts `nested`\n\
note: `lock_timeout` is part of BEGIN, so callers pass no session to nest in\n\
help: keep one of them"
}
::core::compile_error! {
    "`deferrable` contradicts `nested`\n\
note: `deferrable` is part of BEGIN, so callers pass no session to nest in\n\
help: keep one of them"
}
::core::compile_error! {
    "`durability` contradicts `nested`\n\
note: `durability` is part of BEGIN, so callers pass no session to nest in\n\
help: keep one of them"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(session: impl ::sqlx_transactional::Begin<Postgres>) -> Result<(), Error> {
    let session: &mut Session<Postgres, ReadOnly<Serializable>> = loop {};
    { body() }
}
