#[::core::prelude::v1::test]
#[should_panic(expected = "two")]
#[ignore = "slow"]
fn two_at_once() -> impl Termination {
    async fn two_at_once(db: Db<MySql>, _: Pool<MySql>) -> impl Termination {
        body()
    }
    let test = ::sqlx_transactional::__private::Test::new(
            ::core::env!("CARGO_MANIFEST_DIR"),
        )
        .migrations("db/migrations")
        .multi_thread();
    test.in_clone::<
            _,
            _,
        >(async |given| {
        two_at_once(
                ::sqlx_transactional::__private::FromClone::from_clone(given),
                ::sqlx_transactional::__private::FromClone::from_clone(given),
            )
            .await
    })
}
