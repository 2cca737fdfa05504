::core::compile_error! {
    "`fixtures` takes strings, separated by commas\n\
help: write `fixtures(\"users\", \"posts\")`"
}
async fn f(db: Db<Postgres>) {
    body()
}
