::core::compile_error! {
    "`durability` takes one word: `relaxed`\n\
help: write `durability = relaxed`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(session: impl ::sqlx_transactional::Begin<Postgres>) -> Result<(), Error> {
    let session: &mut Session<Postgres> = loop {};
    { body() }
}
