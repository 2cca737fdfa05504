::core::compile_error! {
    "unknown option `pool`\n\
help: callers pass the pool in the session's place; or write `from = &pool` to take it from the other arguments"
}
::core::compile_error! {
    "`soon` is not a duration\n\
help: write a whole number and a unit: \"250ms\", \"2s\" or \"1min\""
}
::core::compile_error! {
    "`#[transactional]` needs an `async fn`\n\
note: beginning and ending a transaction awaits the database\n\
help: write `async fn`"
}
::core::compile_error! {
    "the function returns nothing\n\
note: `Ok` commits, `Err` rolls back\n\
help: return a `Result`: `-> Result<(), sqlx::Error>`"
}
::core::compile_error! {
    "the mode `M` must be a type, not a parameter\n\
note: callers who pass a pool begin a transaction in this mode, and nothing would tell them which\n\
help: write the weakest mode that the function needs, or leave it out; callers can pass a stronger session\n\
help: or remove `#[transactional]`: a plain function can take a session in any mode"
}
fn f<M: ?Sized>(session: &mut Session<Postgres, M>) {
    body()
}
