#[rocket::main]
async fn main() {
    use rocket::local::asynchronous::Client;
    let client = Client::untracked(application(docs::database().await.unwrap())).await.unwrap();
    for (method, item, status) in [("POST", "a", 200), ("PUT", "b", 200), ("POST", "b", 409), ("PUT", "a", 409)] {
        let request = client.req(method.parse().unwrap(), "/orders").body(item);
        assert_eq!(request.dispatch().await.status().code, status, "{method} {item}");
    }
}
