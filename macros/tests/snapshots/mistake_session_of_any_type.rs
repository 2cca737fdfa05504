::core::compile_error! {
    "`DB` can be any type, and a session needs a database\n\
help: write `DB: Driver`, with `use sqlx_transactional::Driver`"
}
#[allow(unused, unreachable_code, clippy::all)]
async fn f<DB>(session: impl ::core::marker::Sized) -> Result<(), Error> {
    loop {}
}
