#[::core::prelude::v1::test]
/// Documented.
pub(crate) fn work() {
    async fn work(#[allow(unused)] Given { db }: Given) {
        #![allow(unused)]
        body()
    }
    let test = framework::database::__private::Test::new(
            ::core::env!("CARGO_MANIFEST_DIR"),
        )
        .migrator(::core::stringify!(crate ::MIGRATOR), &crate::MIGRATOR)
        .fixture("fixtures/users.sql", ::core::include_str!("fixtures/users.sql"))
        .fixture("fixtures/posts.sql", ::core::include_str!("fixtures/posts.sql"))
        .fixture("../data/all.sql", ::core::include_str!("../data/all.sql"));
    test.in_sandbox::<
            _,
            framework::database::ReadCommitted,
            _,
        >(
        &async |given| {
            work(framework::database::__private::FromSandbox::from_sandbox(given)).await
        },
    )
}
