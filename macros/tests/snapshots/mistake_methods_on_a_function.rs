::core::compile_error! {
    "`#[transactional_methods]` needs an `impl` block, this is a function\n\
help: write `#[transactional]` on a function"
}
async fn f(session: &mut Session<Postgres>) -> Result<(), Error> {
    body()
}
