::core::compile_error! {
    "a test cannot be generic\n\
note: the test harness calls it, without arguments\n\
help: write a generic function, and a test for each database that calls it"
}
async fn f<DB: Driver>(db: Db<DB>) {
    body()
}
