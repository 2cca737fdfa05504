::core::compile_error! {
    "the test would run twice\n\
help: remove this attribute: `#[sqlx_transactional::test]` is all that it needs"
}
::core::compile_error! {
    "the test would run twice\n\
help: remove this attribute: `#[sqlx_transactional::test]` is all that it needs"
}
::core::compile_error! {
    "a test is not a transaction itself\n\
note: what it calls commits, in a sandbox that is rolled back when the test ends\n\
help: remove this attribute, and call functions that have it with `&db`"
}
::core::compile_error! {
    "a test is not a transaction itself\n\
note: what it calls commits, in a sandbox that is rolled back when the test ends\n\
help: remove this attribute, and call functions that have it with `&db`"
}
async fn f(db: Db<Postgres>) {
    body()
}
