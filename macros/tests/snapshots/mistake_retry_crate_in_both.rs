::core::compile_error! {
    "`crate` is set twice\n\
note: `#[transactional]` below says it too\n\
help: keep one of them"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(
    session: impl other::Source<'_, Postgres, other::ReadWrite>,
) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
