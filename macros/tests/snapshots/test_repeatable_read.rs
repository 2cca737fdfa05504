#[::core::prelude::v1::test]
fn reads() {
    async fn reads(db: Db<Any>) {
        body()
    }
    let test = ::sqlx_transactional::__private::Test::new(
        ::core::env!("CARGO_MANIFEST_DIR"),
    );
    test.in_sandbox::<
            _,
            ::sqlx_transactional::RepeatableRead,
            _,
        >(
        &async |given| {
            reads(::sqlx_transactional::__private::FromSandbox::from_sandbox(given))
                .await
        },
    )
}
