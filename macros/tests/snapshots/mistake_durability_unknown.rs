::core::compile_error! {
    "`durability` takes one word: `relaxed`\n\
help: write `durability = relaxed`"
}
async fn f(session: impl ::sqlx_transactional::Begin<Postgres>) -> Result<(), Error> {
    let _ = session;
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
