#[actix_web::main]
async fn main() {
    use actix_web::test;
    let db = docs::database().await.unwrap();
    let application = test::init_service(App::new().configure(|services| routes(services, db))).await;
    for (method, item, status) in [("POST", "a", 200), ("PUT", "b", 201), ("POST", "b", 409), ("PUT", "a", 409)] {
        let request = test::TestRequest::with_uri("/orders").method(method.parse().unwrap()).set_payload(item).to_request();
        assert_eq!(test::call_service(&application, request).await.status().as_u16(), status, "{method} {item}");
    }
}
