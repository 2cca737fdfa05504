::core::compile_error! {
    "`impl Trait` hides whether the call succeeded\n\
note: an `Err` is what it runs again on\n\
help: return `Result<impl IntoResponse, sqlx::Error>`, or name the type of the response"
}
async fn f() -> impl IntoResponse {
    body()
}
