::core::compile_error! {
    "`busy` is an argument here\n\
note: `when` takes the path of a function, and the argument hides one of the same name\n\
help: write `when = self::busy`"
}
async fn f((busy, id): (bool, i64)) -> Result<(), Error> {
    body()
}
