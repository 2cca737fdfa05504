::core::compile_error! {
    "`migrator` contradicts `migrations`\n\
note: a migrator has its migrations already\n\
help: keep one of them"
}
async fn f(db: Db<Postgres>) {
    body()
}
