::core::compile_error! {
    "the function returns nothing\n\
note: `Ok` commits, `Err` rolls back\n\
help: return a `Result`: `-> Result<(), sqlx::Error>`"
}
#[allow(unused)]
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) {
    let _ = session;
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
}
