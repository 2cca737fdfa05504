::core::compile_error! {
    "`nested` contradicts `from`\n\
note: `from` always begins a transaction of its own, so there is none to nest in\n\
help: keep one of them"
}
async fn f(db: Db<Postgres>) -> Result<(), Error> {
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
