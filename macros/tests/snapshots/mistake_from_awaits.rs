::core::compile_error! {
    "`from` cannot await\n\
note: it says what to begin on, before the call begins\n\
help: await it earlier, and pass the pool or the `Db` as an argument"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f() -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
