::core::compile_error! {
    "a second session\n\
note: one function runs in one transaction\n\
help: remove one of them; if only one is ours, write `#[session]` before it"
}
async fn f(
    session: &mut Session<Postgres>,
    other: &mut Session<Postgres>,
) -> Result<(), Error> {
    body()
}
