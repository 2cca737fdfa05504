//! The service that assigns variants to visitors and counts conversions.
use std::sync::Arc;

use async_trait::async_trait;
use service::{now, random};
use sqlx::Any;
use sqlx_transactional::{Db, ReadOnly, Session, retry_on_error, transactional};

use crate::{
    error::{ApiError, Result},
    repositories::{Campaigns, Visits},
    schema::{Campaign, Change},
};

/// Campaigns of accounts, and their visitors.
#[async_trait]
pub(crate) trait Experiments: Send + Sync {
    /// Creates a campaign, which does not run yet.
    async fn create(
        &self,
        session: &mut Session<Any>,
        account: &str,
        campaign: Campaign,
    ) -> Result<Campaign>;

    /// A campaign of the account, with its results.
    async fn report(
        &self,
        session: &mut Session<Any, ReadOnly>,
        account: &str,
        id: &str,
    ) -> Result<Campaign>;

    /// Starts or stops it.
    async fn change(
        &self,
        session: &mut Session<Any>,
        account: &str,
        id: &str,
        change: Change,
    ) -> Result<Campaign>;

    /// The variant of a visitor. For a visitor that has one already, it only reads.
    async fn visit(&self, db: &Db<Any>, id: &str, visitor: &str) -> Result<String>;

    /// Counts a conversion for the variant of the visitor.
    async fn convert(&self, session: &mut Session<Any>, id: &str, visitor: &str) -> Result<()>;
}

/// Implements [`Experiments`] on the campaigns and visits of repositories.
pub(crate) struct Laboratory {
    pub(crate) campaigns: Arc<dyn Campaigns>,
    pub(crate) visits: Arc<dyn Visits>,
}

impl Laboratory {
    #[retry_on_error]
    #[transactional]
    async fn seen(
        &self,
        session: &mut Session<Any, ReadOnly>,
        id: &str,
        visitor: &str,
    ) -> Result<Option<String>> {
        Ok(self.visits.find(session, id, visitor).await?)
    }

    #[retry_on_error]
    #[transactional]
    async fn assign(&self, session: &mut Session<Any>, id: &str, visitor: &str) -> Result<String> {
        let variant = self
            .campaigns
            .next(session, id)
            .await?
            .ok_or(ApiError::NotFound("running campaign"))?;
        self.visits.add(session, id, visitor, &variant).await?;
        Ok(variant)
    }
}

#[async_trait]
impl Experiments for Laboratory {
    async fn create(
        &self,
        session: &mut Session<Any>,
        account: &str,
        campaign: Campaign,
    ) -> Result<Campaign> {
        let campaign = Campaign {
            id: random().to_lowercase(),
            ..campaign
        };
        self.campaigns.add(session, account, &campaign).await?;
        Ok(campaign)
    }

    async fn report(
        &self,
        session: &mut Session<Any, ReadOnly>,
        account: &str,
        id: &str,
    ) -> Result<Campaign> {
        self.campaigns
            .find(session, account, id)
            .await?
            .ok_or(ApiError::NotFound("campaign"))
    }

    async fn change(
        &self,
        session: &mut Session<Any>,
        account: &str,
        id: &str,
        change: Change,
    ) -> Result<Campaign> {
        self.report(session, account, id).await?;
        self.campaigns
            .change(
                session,
                id,
                change.running.then(now),
                change.winner.as_deref(),
            )
            .await?;
        self.report(session, account, id).await
    }

    async fn visit(&self, db: &Db<Any>, id: &str, visitor: &str) -> Result<String> {
        if let Some(variant) = self.seen(db, id, visitor).await? {
            return Ok(variant);
        }
        match self.assign(db, id, visitor).await {
            // A concurrent request of the same visitor was committed first.
            Err(error) if error.is_taken() => self.seen(db, id, visitor).await?.ok_or(error),
            assigned => assigned,
        }
    }

    async fn convert(&self, session: &mut Session<Any>, id: &str, visitor: &str) -> Result<()> {
        if self.visits.convert(session, id, visitor).await? {
            Ok(())
        } else {
            Err(ApiError::NotFound("visitor"))
        }
    }
}
