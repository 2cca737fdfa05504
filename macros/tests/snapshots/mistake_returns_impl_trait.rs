::core::compile_error! {
    "`impl Trait` hides whether the call succeeded\n\
note: `Ok` commits, `Err` rolls back\n\
help: return `Result<impl IntoResponse, sqlx::Error>`"
}
async fn f(
    session: impl ::sqlx_transactional::Source<
        '_,
        Postgres,
        ::sqlx_transactional::ReadWrite,
    >,
) -> impl IntoResponse {
    let _ = session;
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
