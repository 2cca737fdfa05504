::core::compile_error! {
    "this method was already rewritten to return a boxed future\n\
note: a macro on the block, like `#[async_trait]`, expands before the attributes inside\n\
help: write `#[transactional_methods]` above it on the `impl` block"
}
fn f<'life0, 'async_trait>(
    &'life0 self,
    session: &'life1 mut Session<Postgres>,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'async_trait>> {
    body()
}
