//! One repository is replaced by another implementation, which still runs in its caller's
//! transaction.

use std::{
    future::pending,
    sync::{Arc, Mutex},
};

use application::{Client, count, nothing_is_left, open};
use async_trait::async_trait;
use campaigns::{Repositories, Visits};
use sqlx::Any;
use sqlx_transactional::{ReadOnly, Session};

use super::{HOUR, RUN, bearing, books_are_right, campaign, created, launch, patch, put, tables};

/// Stores each visit and records it, and returns an error for the second one although it is stored.
struct Forgetful {
    visits: Arc<dyn Visits>,
    told: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Visits for Forgetful {
    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        campaign: &str,
        visitor: &str,
    ) -> Result<Option<String>, sqlx::Error> {
        self.visits.find(session, campaign, visitor).await
    }

    async fn add(
        &self,
        session: &mut Session<Any>,
        campaign: &str,
        visitor: &str,
        variant: &str,
    ) -> Result<(), sqlx::Error> {
        self.visits.add(session, campaign, visitor, variant).await?;
        let mut told = self.told.lock().expect("no holder panics");
        told.push(format!("{visitor}: {variant}"));
        if told.len() == 2 {
            Err(sqlx::Error::Protocol("what was it?".to_owned()))
        } else {
            Ok(())
        }
    }

    async fn convert(
        &self,
        session: &mut Session<Any>,
        campaign: &str,
        visitor: &str,
    ) -> Result<bool, sqlx::Error> {
        self.visits.convert(session, campaign, visitor).await
    }
}

on! { [postgres Postgres mysql MySql sqlite Sqlite] {
    #[tokio::test]
    async fn one_that_fails_takes_back_what_the_others_did() {
        let database = created::<DB>().await;
        let db = open(&database, 2).await;
        let (repositories, told) = (tables(&db).await, Arc::<Mutex<Vec<String>>>::default());
        let visits = Arc::new(Forgetful { visits: repositories.visits, told: Arc::clone(&told) });
        let (address, _) = launch(&db, Repositories { visits, ..repositories }, HOUR, pending()).await;
        let mut client = Client::of(address).await;
        let (token, page) = campaign(&mut client).await;
        assert_eq!(client.ask(bearing(&token, patch(&page, RUN))).await.status, 200);
        for (visitor, status) in [("zoe", 200), ("yan", 500), ("yan", 200)] {
            let visit = client.ask(put(&format!("{page}/visitors/{visitor}"))).await;
            assert_eq!(visit.status, status, "{visitor}: {}", visit.text());
            assert!(!visit.text().contains("what was it"), "that is for the log");
            books_are_right(&database).await;
        }
        assert_eq!(*told.lock().expect("no holder panics"), ["zoe: calm", "yan: calm", "yan: calm"]);
        assert_eq!(count(&database, "visits").await, 2);
        nothing_is_left(&database, db.pool()).await;
    }
} }
