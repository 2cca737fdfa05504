//! What must not compile, and with which words; what must. `TRYBUILD=overwrite cargo test -p ui-tests` blesses the messages; read them.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("fail/*/*.rs");
}
