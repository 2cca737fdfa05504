//! Each kind of failure: what the client is told, and what is stored.

use application::{Client, Told, each_fault, get, post, read};

use super::{ADAS, TWO, created, launch};

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn is_told_by_its_class() {
        let database = created::<DB>().await;
        // The first statement of the list's first creature, and the last of its second.
        each_fault(&database, [1, 6], async |db, told, case| {
            let mut client = Client::of(launch(db).await.address).await;
            let head = client.head(post(ADAS, TWO)).await;
            let again = head.headers().get("retry-after").map(|seconds| seconds.to_str().expect("a number").to_owned());
            let answer = read(head).await;
            let (status, class) = match told {
                Told::Done => (201, None),
                Told::Conflict => (409, Some("conflict")),
                Told::Unavailable => (503, Some("connection")),
                Told::Unknown => (500, Some("unknown")),
            };
            assert_eq!((answer.status, again.as_deref()), (status, (status == 503).then_some("1")), "{case}: {}", answer.text());
            if let Some(class) = class {
                assert_eq!(answer.field("class"), class, "{case}");
            }
            let list = client.ask(get(ADAS)).await;
            assert_eq!(list.text(), if told == Told::Done { r#"["fox","owl"]"# } else { "[]" }, "{case}");
        })
        .await;
    }
} }
