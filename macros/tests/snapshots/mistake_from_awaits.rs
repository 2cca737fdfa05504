::core::compile_error! {
    "`from` cannot await\n\
note: it says what to begin on, before the call begins\n\
help: await it earlier, and pass the pool or the `Db` as an argument"
}
async fn f() -> Result<(), Error> {
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
