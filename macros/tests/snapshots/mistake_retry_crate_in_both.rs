::core::compile_error! {
    "`crate` is set twice\n\
note: `#[transactional]` below says it too\n\
help: keep one of them"
}
async fn f(
    session: impl other::Source<'_, Postgres, other::ReadWrite>,
) -> Result<(), Error> {
    let _ = session;
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
