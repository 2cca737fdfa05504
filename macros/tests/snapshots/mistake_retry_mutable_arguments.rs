::core::compile_error! {
    "`out` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: return the value instead of writing to `&mut`"
}
::core::compile_error! {
    "`(a, b)` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: return the value instead of writing to `&mut`"
}
::core::compile_error! {
    "`text` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: return the value instead of writing to `&mut`"
}
::core::compile_error! {
    "`[c, _]` would carry a failed attempt into the next one\n\
note: `#[retry_on_error]` may run the body again\n\
help: return the value instead of writing to `&mut`"
}
async fn f(
    out: &mut Vec<u8>,
    (a, b): (u8, Option<&mut u8>),
    text: Pin<&mut String>,
    [c,
    _,
    ]: [&mut u8; 2],
) -> Result<(), Error> {
    body()
}
