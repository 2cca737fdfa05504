::core::compile_error! {
    "unknown option `attemps`\n\
help: did you mean `attempts`? options are: `attempts`, `min_delay`, `max_delay`, `max_elapsed`, `when`, `idempotent`, `exactly_once`, `crate`"
}
::core::compile_error! {
    "unknown option `retries`\n\
help: write `attempts = 5`; the first is one of them"
}
::core::compile_error! {
    "unknown option `timeout`\n\
help: write `max_elapsed = \"30s\"` for all attempts together, or `#[transactional(timeout = \"2s\")]` for each"
}
::core::compile_error! {
    "unknown option `pool`\n\
help: options are: `attempts`, `min_delay`, `max_delay`, `max_elapsed`, `when`, `idempotent`, `exactly_once`, `crate`"
}
::core::compile_error! {
    "unknown option `name`\n\
help: it is an option of `#[transactional]`"
}
::core::compile_error! {
    "unknown option `if`\n\
help: write `when = is_busy`, with a `fn is_busy(error: &Error) -> bool`"
}
::core::compile_error! {
    "unknown option `delay`\n\
help: write `min_delay = \"50ms\"`; it doubles up to `max_delay`"
}
::core::compile_error! {
    "unknown option `jitter`\n\
help: the delay doubles from `min_delay` to `max_delay`, of which each attempt waits a random part"
}
::core::compile_error! {
    "`exactly_once` needs `#[transactional]`\n\
note: it asks the database what has become of a COMMIT that was not answered, and this function has none of its own\n\
help: write it on the function that has the transaction, or remove it"
}
async fn f() -> Result<(), Error> {
    body()
}
