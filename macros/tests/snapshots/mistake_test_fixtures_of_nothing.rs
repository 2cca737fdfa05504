::core::compile_error! {
    "`fixtures` needs a string\n\
help: write `fixtures(\"users\", \"posts\")`"
}
async fn f(db: Db<Postgres>) {
    body()
}
