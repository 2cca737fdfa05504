::core::compile_error! {
    "`attempts` needs a value\n\
help: write `attempts = 5`"
}
::core::compile_error! {
    "`min_delay` needs a value\n\
help: write `min_delay = \"50ms\"`"
}
::core::compile_error! {
    "`max_delay` needs a value\n\
help: write `max_delay = \"2s\"`"
}
::core::compile_error! {
    "`max_elapsed` needs a value\n\
help: write `max_elapsed = \"30s\"`"
}
::core::compile_error! {
    "`when` needs a value\n\
help: write `when = is_busy`"
}
::core::compile_error! {
    "`crate` needs a value\n\
help: write `crate = crate::reexported::sqlx_transactional`"
}
async fn f() -> Result<(), Error> {
    body()
}
