::core::compile_error! {
    "the function returns nothing\n\
note: an `Err` is what it runs again on\n\
help: return a `Result`: `-> Result<(), sqlx::Error>`"
}
async fn f() {
    body()
}
