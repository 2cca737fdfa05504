impl Bank {
    ::core::compile_error! {
        "`#[retry_on_error]` must be written above `#[transactional]`\n\
note: each attempt needs a fresh transaction\n\
help: swap the two attributes"
    }
    #[allow(unused, unreachable_code, clippy::all)]
    async fn below(
        &self,
        session: impl ::sqlx_transactional::Source<
            '_,
            Postgres,
            ::sqlx_transactional::ReadWrite,
        >,
    ) -> Result<(), Error> {
        let session: &mut Session<Postgres> = loop {};
        { body() }
    }
    ::core::compile_error! {
        "`#[retry_on_error]` is written twice\n\
help: keep one of them"
    }
    ::core::compile_error! {
        "`` is not a duration\n\
help: write a whole number and a unit: \"250ms\", \"2s\" or \"1min\""
    }
    #[allow(unused, unreachable_code, clippy::all)]
    async fn twice(
        &self,
        session: impl ::sqlx_transactional::Source<
            '_,
            Postgres,
            ::sqlx_transactional::ReadWrite,
        >,
    ) -> Result<(), Error> {
        let session: &mut Session<Postgres> = loop {};
        { body() }
    }
    ::core::compile_error! {
        "`self` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: take `&self`"
    }
    async fn alone(&mut self) -> Result<(), Error> {
        body()
    }
}
