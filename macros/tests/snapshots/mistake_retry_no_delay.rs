::core::compile_error! {
    "`min_delay = \"0ms\"` leaves no time at all\n\
help: write a longer time, or leave `min_delay` out for 10ms"
}
::core::compile_error! {
    "`max_delay = \"0s\"` leaves no time at all\n\
help: write a longer time, or leave `max_delay` out for 1s"
}
async fn f() -> Result<(), Error> {
    body()
}
