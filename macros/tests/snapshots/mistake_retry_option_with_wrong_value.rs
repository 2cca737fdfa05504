::core::compile_error! {
    "`attempts` takes a whole number\n\
help: write `attempts = 5`"
}
::core::compile_error! {
    "`min_delay` takes a string\n\
help: write `min_delay = \"50ms\"`"
}
::core::compile_error! {
    "`1h` is not a duration\n\
help: write a whole number and a unit: \"250ms\", \"2s\" or \"1min\""
}
::core::compile_error! {
    "`max_elapsed = \"0s\"` leaves no time at all\n\
help: write a longer time, or leave `max_elapsed` out for no limit"
}
::core::compile_error! {
    "`when` takes the path of a function\n\
help: write `when = is_busy`"
}
::core::compile_error! {
    "`idempotent` takes no value\n\
help: write `idempotent`"
}
async fn f() -> Result<(), Error> {
    body()
}
