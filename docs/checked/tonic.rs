#[tonic::async_trait]
trait Orders: Send + Sync + 'static {
    async fn place(&self, request: Request<String>) -> Result<Response<i64>, Status>;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let db = docs::database().await.unwrap();
    let shop = Shop { db: db.clone() };
    assert_eq!(shop.place(Request::new("a".to_owned())).await.unwrap().into_inner(), 1);
    assert_eq!(shop.place(Request::new("a".to_owned())).await.unwrap_err().code(), tonic::Code::AlreadyExists);
    db.pool().close().await;
    assert_eq!(shop.place(Request::new("b".to_owned())).await.unwrap_err().code(), tonic::Code::Unavailable);
}
