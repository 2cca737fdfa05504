::core::compile_error! {
    "`nested` contradicts `from`\n\
note: `from` always begins a transaction of its own, so there is none to nest in\n\
help: keep one of them"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(db: Db<Postgres>) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
