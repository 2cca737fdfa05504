::core::compile_error! {
    "`requires_new` says nothing beside `from`\n\
note: `from` always begins a transaction of its own\n\
help: remove `requires_new`"
}
async fn f(db: Db<Postgres>) -> Result<(), Error> {
    let ::core::option::Option::Some(session) = ::core::option::Option::None::<
        &mut Session<Postgres>,
    > else { loop {} };
    ({ body() })
}
