#[::core::prelude::v1::test]
fn retries() {
    async fn retries(mut db: Db<Postgres>, sandbox: &Sandbox<Postgres>) {
        body()
    }
    let test = ::sqlx_transactional::__private::Test::new(
            ::core::env!("CARGO_MANIFEST_DIR"),
        )
        .without_migrations();
    test.in_sandbox::<
            _,
            ::sqlx_transactional::Serializable,
            _,
        >(
        &async |given| {
            retries(
                    ::sqlx_transactional::__private::FromSandbox::from_sandbox(given),
                    ::sqlx_transactional::__private::FromSandbox::from_sandbox(given),
                )
                .await
        },
    )
}
