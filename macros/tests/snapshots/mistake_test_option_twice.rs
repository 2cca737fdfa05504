::core::compile_error! {
    "`clone` is set twice\n\
help: keep one of them"
}
async fn f(db: Db<Postgres>) {
    body()
}
