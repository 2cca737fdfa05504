#[::core::prelude::v1::test]
fn signs_up() -> Result<(), Error> {
    async fn signs_up(db: Db<Postgres>) -> Result<(), Error> {
        sign_up(&db, "ada").await?;
        assert_eq!(users(& db). await ?, ["grace", "ada"]);
        Ok(())
    }
    let test = ::sqlx_transactional::__private::Test::new(
            ::core::env!("CARGO_MANIFEST_DIR"),
        )
        .fixture("fixtures/users.sql", ::core::include_str!("fixtures/users.sql"));
    test.in_sandbox::<
            _,
            ::sqlx_transactional::ReadWrite,
            _,
        >(
        &async |given| {
            signs_up(::sqlx_transactional::__private::FromSandbox::from_sandbox(given))
                .await
        },
    )
}
