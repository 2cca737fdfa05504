::core::compile_error! {
    "no method of this block is annotated\n\
note: `#[transactional_methods]` expands the methods that have `#[transactional]` or `#[retry_on_error]`, ahead of the macros below it\n\
help: write one of them on a method, or remove this attribute"
}
impl Bank {
    async fn f(session: &mut Session<Postgres>) -> Result<(), Error> {
        body()
    }
}
