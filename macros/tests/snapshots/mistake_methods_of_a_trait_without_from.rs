impl Trait for Bank {
    ::core::compile_error! {
        "a method of a trait needs `from = ..`\n\
note: without it callers pass the session, or a pool in its place, and the trait's signature has no such argument\n\
help: write `#[transactional(from = &self.db)]`, and leave the session out of the trait; or call an annotated function from this method"
    }
    async fn f(&self, session: &mut Session<Postgres>) -> Result<(), Error> {
        body()
    }
    ::core::compile_error! {
        "`` is not a duration\n\
help: write a whole number and a unit: \"250ms\", \"2s\" or \"1min\""
    }
    ::core::compile_error! {
        "the session argument is missing\n\
note: `#[transactional]` gives the body a session through an argument\n\
help: add `session: &mut Session<Postgres>`, or mark an alias of it with `#[session]`"
    }
    async fn g(&self) -> Result<(), Error> {
        body()
    }
}
