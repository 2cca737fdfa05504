::core::compile_error! {
    "`isolation` contradicts `clone`\n\
note: it is the level of the sandbox, and with `clone` there is none: each function has the level that its session asks for\n\
help: keep one of them"
}
async fn f(db: Db<Postgres>) {
    body()
}
