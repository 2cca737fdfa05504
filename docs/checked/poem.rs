#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = poem::test::TestClient::new(application(docs::database().await.unwrap()));
    let post = |item: &'static str| client.post("/orders").content_type("text/plain; charset=utf-8").body(item).send();
    let put = |item: &'static str| client.put("/mine").body(item).send();
    post("a").await.assert_status_is_ok();
    put("b").await.assert_status(StatusCode::CREATED);
    post("b").await.assert_status(StatusCode::CONFLICT);
    put("a").await.assert_status(StatusCode::CONFLICT);
}
