::core::compile_error! {
    "`PgConnection` is no session, but a connection\n\
note: `#[session]` marks a parameter whose type is an alias of `Session`\n\
help: write `&mut Session<Postgres>`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f(connection: impl ::core::marker::Sized) -> Result<(), Error> {
    loop {}
}
