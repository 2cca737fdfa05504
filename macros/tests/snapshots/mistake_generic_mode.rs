::core::compile_error! {
    "the mode `M` must be a type, not a parameter\n\
note: callers who pass a pool begin a transaction in this mode, and nothing would tell them which\n\
help: write the weakest mode that the function needs, or leave it out; callers can pass a stronger session\n\
help: or remove `#[transactional]`: a plain function can take a session in any mode"
}
async fn f<M: ?Sized>(session: &mut Session<Postgres, M>) -> Result<(), Error> {
    body()
}
