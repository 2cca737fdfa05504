::core::compile_error! {
    "`nested` takes no value\n\
help: write `nested`"
}
::core::compile_error! {
    "`lock_timeout = \"0s\"` leaves no time at all\n\
help: write a longer time, or leave `lock_timeout` out for no limit"
}
::core::compile_error! {
    "`deferrable` takes no value\n\
help: write `deferrable`"
}
::core::compile_error! {
    "`durability` takes one word: `relaxed`\n\
help: write `durability = relaxed`"
}
::core::compile_error! {
    "`commit_on` takes a pattern in parentheses\n\
help: write `commit_on(BankError::WrongPassword { .. })`"
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
::core::compile_error! {
    "`deferrable` needs a session that is `ReadOnly<Serializable>`\n\
note: only a serializable, read-only transaction can be deferred\n\
help: write `session: &mut Session<Postgres, ReadOnly<Serializable>>`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(session: impl ::sqlx_transactional::Begin<Postgres>) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
