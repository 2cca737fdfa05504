::core::compile_error! {
    "the function returns nothing\n\
note: `Ok` commits, `Err` rolls back\n\
help: return a `Result`: `-> Result<(), sqlx::Error>`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) {
    let session: &mut Session<Postgres> = loop {};
}
