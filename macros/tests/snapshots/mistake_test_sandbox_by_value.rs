::core::compile_error! {
    "the sandbox cannot be taken by value\n\
note: it is closed when the test has ended, which finds out whether something got out of it\n\
help: write `&Sandbox<Postgres>`"
}
::core::compile_error! {
    "the sandbox is shared\n\
note: whatever was built with its `Db` is using it\n\
help: write `&Sandbox<Postgres>`"
}
async fn f(one: Sandbox<Postgres>, two: &mut Sandbox<Postgres>) {
    body()
}
