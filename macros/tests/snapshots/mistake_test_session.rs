::core::compile_error! {
    "a test is given a database, not a session\n\
note: a session is a transaction's, and each function that the test calls begins its own\n\
help: write `db: Db<Sqlite>`, and pass `&db` to functions that take a session"
}
::core::compile_error! {
    "a test is given a database, not a session\n\
note: a session is a transaction's, and each function that the test calls begins its own\n\
help: write `db: Db<Postgres>`, and pass `&db` to functions that take a session"
}
::core::compile_error! {
    "a test is given a database, not a session\n\
note: a session is a transaction's, and each function that the test calls begins its own\n\
help: write `db: Db<Postgres>`, and pass `&db` to functions that take a session"
}
async fn f(session: &mut Session<Sqlite>, other: &Session, marked: &mut Writes) {
    body()
}
