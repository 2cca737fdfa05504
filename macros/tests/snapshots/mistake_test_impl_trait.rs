::core::compile_error! {
    "`impl Trait` does not say what the test takes\n\
help: write `db: Db<Postgres>`"
}
async fn f(db: impl Into<Db<Postgres>>) {
    body()
}
