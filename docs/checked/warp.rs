#[tokio::main(flavor = "current_thread")]
async fn main() {
    let application = application(docs::database().await.unwrap());
    for (item, status) in [("a", 201), ("a", 409)] {
        let response = warp::test::request().method("PUT").path("/orders").body(item).reply(&application).await;
        assert_eq!(response.status(), status);
    }
}
