::core::compile_error! {
    "`requires_new` says nothing beside `from`\n\
note: `from` always begins a transaction of its own\n\
help: remove `requires_new`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(db: Db<Postgres>) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
