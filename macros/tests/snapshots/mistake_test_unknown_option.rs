::core::compile_error! {
    "unknown option `migration`\n\
help: write `migrations = \"db/migrations\"`, seen from Cargo.toml"
}
::core::compile_error! {
    "unknown option `fixturs`\n\
help: did you mean `fixtures`? options are: `migrations`, `migrator`, `fixtures`, `isolation`, `clone`, `flavor`, `crate`"
}
::core::compile_error! {
    "unknown option `template`\n\
help: write `clone`: the test has a database of its own, which is dropped afterwards"
}
::core::compile_error! {
    "unknown option `url`\n\
help: the database is that of `DATABASE_URL`, or of `DB_HOST`, `DB_NAME` and so on"
}
::core::compile_error! {
    "unknown option `worker_threads`\n\
help: write `flavor = \"multi_thread\"` for several threads; tokio's other options are not offered"
}
::core::compile_error! {
    "unknown option `isolation_level`\n\
help: write `isolation = serializable`"
}
::core::compile_error! {
    "unknown option `timeout`\n\
help: it is an option of `#[transactional]`"
}
::core::compile_error! {
    "unknown option `should_panic`\n\
help: it is an attribute of its own: write it below this one"
}
::core::compile_error! {
    "unknown option `cloned`\n\
help: did you mean `clone`? options are: `migrations`, `migrator`, `fixtures`, `isolation`, `clone`, `flavor`, `crate`"
}
::core::compile_error! {
    "unknown option `scripts`\n\
help: write `fixtures(\"users\")` for `fixtures/users.sql`, beside this file"
}
async fn f(db: Db<Postgres>) {
    body()
}
