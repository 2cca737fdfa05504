//! What is in the outbox is sent, even if the process ends in between. The welcome is not.

use application::{Client, count, open, post};
use patients::Undelivered;
use tests::explorer::polled;
use tokio::{sync::oneshot, task::yield_now};

use super::{ADA, Letters, created, patients, serve};

const CODE: &str = "Is this your address?";

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn what_was_sent_when_the_process_ended_is_sent_again() {
        let database = created::<DB>().await;
        let db = open(&database, 2).await;
        let letters = Letters::default();
        let (address, outbox) = serve(db.clone(), letters.clone()).await;
        assert_eq!(Client::of(address).await.ask(post("/patients", ADA)).await.status, 201);
        letters.sent().clear();

        let ends_here = patients(db, Letters { silent: true, ..letters.clone() }).await.outbox();
        let mut sending = Box::pin(ends_here.send_next());
        while letters.subjects().is_empty() {
            assert!(polled(sending.as_mut(), 1).await.is_none());
            yield_now().await;
        }
        drop(sending);
        assert_eq!(count(&database, "outbox WHERE sent = 0").await, 1);

        let (end, ended) = oneshot::channel::<()>();
        let running = tokio::spawn(outbox.run(async { drop(ended.await) }));
        while count(&database, "outbox WHERE sent = 0").await > 0 {
            yield_now().await;
        }
        drop(end);
        running.await.expect("it ends when it is told");
        assert_eq!(letters.subjects(), [CODE, CODE], "twice, and not a third time");
        let sent = letters.sent().clone();
        assert_eq!(sent[0], sent[1]);
    }

    #[tokio::test]
    async fn a_mail_that_is_refused_stays_and_is_in_nobodys_way() {
        let database = created::<DB>().await;
        let db = open(&database, 2).await;
        let letters = Letters { refused: "ada@example.org", ..Letters::default() };
        let (address, outbox) = serve(db.clone(), letters.clone()).await;
        let mut client = Client::of(address).await;
        assert_eq!(client.ask(post("/patients", ADA)).await.status, 201, "the patient is registered without a welcome");
        assert_eq!(client.ask(post("/patients", &ADA.replace("ada@", "bob@"))).await.status, 201);
        letters.sent().clear();
        assert!(matches!(outbox.send_next().await, Err(Undelivered::NotSent(_))));
        assert!(outbox.send_next().await.expect("bob has an address"));
        assert!(matches!(outbox.send_next().await, Err(Undelivered::NotSent(_))), "it is tried again");

        let mended = Letters { refused: "", ..letters.clone() };
        assert!(patients(db, mended).await.outbox().send_next().await.expect("now ada has one"));
        assert_eq!(letters.sent().iter().map(|mail| mail.recipient.as_str()).collect::<Vec<_>>(), ["bob@example.org", "ada@example.org"]);
        assert!(!outbox.send_next().await.expect("there is a database"), "nothing is left");
    }
} }
