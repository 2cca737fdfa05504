::core::compile_error! {
    "the session cannot be taken by value\n\
note: the transaction stays with the caller, the function borrows it\n\
help: write `session: &mut Session`"
}
async fn f(session: Session) -> Result<(), Error> {
    body()
}
