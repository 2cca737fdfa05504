::core::compile_error! {
    "`migrations` takes a string, or `false`\n\
help: write `migrations = \"db/migrations\"`"
}
::core::compile_error! {
    "`migrator` takes the path of a static\n\
help: write `migrator = crate::MIGRATOR`"
}
::core::compile_error! {
    "`fixtures` takes strings, separated by commas\n\
help: write `fixtures(\"users\", \"posts\")`"
}
::core::compile_error! {
    "`isolation` takes one word: `serializable`, `repeatable_read`, `read_committed`\n\
help: write `isolation = serializable`"
}
::core::compile_error! {
    "`clone` takes no value\n\
help: write `clone`"
}
::core::compile_error! {
    "unknown flavor \"threads\"\n\
help: write `flavor = \"multi_thread\"`, or nothing for one thread"
}
::core::compile_error! {
    "`crate` takes the path of a module\n\
help: write `crate = crate::reexported::sqlx_transactional`"
}
async fn f(db: Db<Postgres>) {
    body()
}
