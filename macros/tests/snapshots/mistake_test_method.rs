::core::compile_error! {
    "a test cannot be a method\n\
note: nobody makes a `self` for it\n\
help: write a function of its own"
}
async fn f(&self, db: Db<Postgres>) {
    body()
}
