use axum::{body::Body, http::Request};
use tower::ServiceExt as _;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let application = application(docs::database().await.unwrap());
    for (method, item, status) in [("POST", "a", 200), ("PUT", "b", 201), ("POST", "b", 409), ("PUT", "a", 409)] {
        let request = Request::builder().method(method).uri("/orders").body(Body::from(item)).unwrap();
        assert_eq!(application.clone().oneshot(request).await.unwrap().status(), status, "{method} {item}");
    }
}
