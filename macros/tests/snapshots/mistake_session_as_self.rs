::core::compile_error! {
    "the session cannot be `self`\n\
note: callers pass a pool or a session in its place, and neither has this method\n\
help: take it as an argument of its own: `session: &mut Session<Postgres>`"
}
async fn f(self: &mut Session<Postgres>) -> Result<(), Error> {
    body()
}
