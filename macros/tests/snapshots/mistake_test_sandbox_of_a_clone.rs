::core::compile_error! {
    "with `clone` there is no sandbox\n\
note: the test has a database of its own, in which all is committed\n\
help: take `Db<Sqlite>`, or remove `clone`"
}
async fn f(sandbox: &Sandbox<Sqlite>) {
    body()
}
