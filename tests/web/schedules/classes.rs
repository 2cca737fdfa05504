//! Each kind of failure: what the client is told, and what is stored.

use application::{Told, each_fault};
use tonic::Code;

use super::{
    client::{Served, staff},
    created, number,
};

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn is_told_by_its_class() {
        let database = created::<DB>().await;
        // The statements that insert the team and its last person.
        each_fault(&database, [2, 5], async |db, told, case| {
            let served = Served::with(db.clone(), None).await;
            let answer = served.client().await.add_staff(staff("porters", 3)).await;
            let (code, again) = match &answer {
                Ok(_) => (Code::Ok, None),
                Err(status) => (status.code(), status.metadata().get("grpc-retry-pushback-ms")),
            };
            let expected = match told {
                Told::Done => Code::Ok,
                Told::Conflict => Code::Aborted,
                Told::Unavailable => Code::Unavailable,
                Told::Unknown => Code::Unknown,
            };
            assert_eq!((code, again.is_some()), (expected, told == Told::Unavailable), "{case}: {answer:?}");
            let people = number(&db, "SELECT COUNT(*) FROM people WHERE team = 'porters'").await;
            assert_eq!(people, if told == Told::Done { 3 } else { 0 }, "{case}");
        })
        .await;
    }
} }
