::core::compile_error! {
    "no method of this block is annotated\n\
note: `#[transactional_methods]` expands the methods that have `#[transactional]`, ahead of the macros below it\n\
help: write `#[transactional]` on a method, or remove this attribute"
}
impl Bank {
    async fn f(session: &mut Session<Postgres>) -> Result<(), Error> {
        body()
    }
}
