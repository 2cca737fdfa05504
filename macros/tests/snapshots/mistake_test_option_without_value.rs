::core::compile_error! {
    "`migrations` needs a value\n\
help: write `migrations = \"db/migrations\"`"
}
::core::compile_error! {
    "`migrator` needs a value\n\
help: write `migrator = crate::MIGRATOR`"
}
::core::compile_error! {
    "`fixtures` takes strings in parentheses\n\
help: write `fixtures(\"users\", \"posts\")`"
}
::core::compile_error! {
    "`isolation` needs a value\n\
help: write `isolation = serializable`"
}
::core::compile_error! {
    "`flavor` needs a value\n\
help: write `flavor = \"multi_thread\"`"
}
::core::compile_error! {
    "`crate` needs a value\n\
help: write `crate = crate::reexported::sqlx_transactional`"
}
async fn f(db: Db<Postgres>) {
    body()
}
