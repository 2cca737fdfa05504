//! The repositories on SQL tables.
use async_trait::async_trait;
use service::{Dialect, now};
use sqlx::Any;
use sqlx_transactional::{ReadOnly, Session};

use crate::{
    repositories::{Accounts, Campaigns, Result, Visits},
    schema::{Campaign, Variant},
};

/// Implements all repositories on one database.
#[derive(Debug, Clone, Copy)]
pub struct Tables(pub Dialect);

#[async_trait]
impl Accounts for Tables {
    async fn add(
        &self,
        session: &mut Session<Any>,
        id: &str,
        email: &str,
        hash: &str,
    ) -> Result<()> {
        let insert = self
            .0
            .sql("INSERT INTO accounts (id, email, password) VALUES ($1, $2, $3)");
        sqlx::query(insert)
            .bind(id)
            .bind(email)
            .bind(hash)
            .execute(session)
            .await
            .map(drop)
    }

    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        email: &str,
    ) -> Result<Option<(String, String)>> {
        sqlx::query_as(
            self.0
                .sql("SELECT id, password FROM accounts WHERE email = $1"),
        )
        .bind(email)
        .fetch_optional(session)
        .await
    }

    async fn log_in(
        &self,
        session: &mut Session<Any>,
        account: &str,
        token: &str,
        expires: i64,
    ) -> Result<()> {
        let ended = self
            .0
            .sql("DELETE FROM logins WHERE account = $1 AND expires <= $2");
        sqlx::query(ended)
            .bind(account)
            .bind(now())
            .execute(&mut *session)
            .await?;
        let insert = self
            .0
            .sql("INSERT INTO logins (token, account, expires) VALUES ($1, $2, $3)");
        sqlx::query(insert)
            .bind(token)
            .bind(account)
            .bind(expires)
            .execute(session)
            .await
            .map(drop)
    }

    async fn logged_in(
        &self,
        session: &mut Session<Any, ReadOnly>,
        token: &str,
    ) -> Result<Option<String>> {
        let select = self
            .0
            .sql("SELECT account FROM logins WHERE token = $1 AND expires > $2");
        sqlx::query_scalar(select)
            .bind(token)
            .bind(now())
            .fetch_optional(session)
            .await
    }

    async fn log_out(&self, session: &mut Session<Any>, token: &str) -> Result<()> {
        sqlx::query(self.0.sql("DELETE FROM logins WHERE token = $1"))
            .bind(token)
            .execute(session)
            .await
            .map(drop)
    }
}

#[async_trait]
impl Campaigns for Tables {
    async fn add(
        &self,
        session: &mut Session<Any>,
        account: &str,
        campaign: &Campaign,
    ) -> Result<()> {
        let insert = self
            .0
            .sql("INSERT INTO campaigns (id, account, name) VALUES ($1, $2, $3)");
        sqlx::query(insert)
            .bind(&campaign.id)
            .bind(account)
            .bind(&campaign.name)
            .execute(&mut *session)
            .await?;
        for Variant { name, weight, .. } in &campaign.variants {
            let insert = self
                .0
                .sql("INSERT INTO variants (campaign, name, weight) VALUES ($1, $2, $3)");
            sqlx::query(insert)
                .bind(&campaign.id)
                .bind(name)
                .bind(weight)
                .execute(&mut *session)
                .await?;
        }
        Ok(())
    }

    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        account: &str,
        id: &str,
    ) -> Result<Option<Campaign>> {
        let select = self.0.sql(
            "SELECT c.id, c.name, c.running_since, c.visitors, w.variant AS winner
               FROM campaigns c LEFT JOIN winners w ON w.campaign = c.id WHERE c.account = $1 AND c.id = $2",
        );
        let found = sqlx::query_as(select)
            .bind(account)
            .bind(id)
            .fetch_optional(&mut *session)
            .await?;
        let Some(mut campaign): Option<Campaign> = found else {
            return Ok(None);
        };
        let select = self.0.sql("SELECT name, weight, visitors, conversions FROM variants WHERE campaign = $1 ORDER BY name");
        campaign.variants = sqlx::query_as(select).bind(id).fetch_all(session).await?;
        for Variant {
            visitors,
            conversions,
            rate,
            ..
        } in &mut campaign.variants
        {
            *rate = (*visitors > 0).then(|| f64::from(*conversions) / f64::from(*visitors));
        }
        Ok(Some(campaign))
    }

    async fn change(
        &self,
        session: &mut Session<Any>,
        id: &str,
        since: Option<i64>,
        winner: Option<&str>,
    ) -> Result<()> {
        let update = self
            .0
            .sql("UPDATE campaigns SET running_since = $1 WHERE id = $2");
        sqlx::query(update)
            .bind(since)
            .bind(id)
            .execute(&mut *session)
            .await?;
        sqlx::query(self.0.sql("DELETE FROM winners WHERE campaign = $1"))
            .bind(id)
            .execute(&mut *session)
            .await?;
        if let Some(winner) = winner {
            let insert = self
                .0
                .sql("INSERT INTO winners (campaign, variant) VALUES ($1, $2)");
            sqlx::query(insert)
                .bind(id)
                .bind(winner)
                .execute(session)
                .await?;
        }
        Ok(())
    }

    /// Updates the row of the campaign first. Concurrent new visitors queue for that row, and each
    /// sees the variants that the earlier ones were assigned.
    async fn next(&self, session: &mut Session<Any>, id: &str) -> Result<Option<String>> {
        let count = self.0.sql("UPDATE campaigns SET visitors = visitors + 1 WHERE id = $1 AND running_since IS NOT NULL");
        if sqlx::query(count)
            .bind(id)
            .execute(&mut *session)
            .await?
            .rows_affected()
            == 0
        {
            return Ok(None);
        }
        let behind = self.0.sql("SELECT name FROM variants WHERE campaign = $1 ORDER BY (visitors + 1.0) / weight, name LIMIT 1");
        sqlx::query_scalar(behind)
            .bind(id)
            .fetch_optional(session)
            .await
    }
}

#[async_trait]
impl Visits for Tables {
    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        campaign: &str,
        visitor: &str,
    ) -> Result<Option<String>> {
        let select = self
            .0
            .sql("SELECT variant FROM visits WHERE campaign = $1 AND visitor = $2");
        sqlx::query_scalar(select)
            .bind(campaign)
            .bind(visitor)
            .fetch_optional(session)
            .await
    }

    async fn add(
        &self,
        session: &mut Session<Any>,
        campaign: &str,
        visitor: &str,
        variant: &str,
    ) -> Result<()> {
        let count = self
            .0
            .sql("UPDATE variants SET visitors = visitors + 1 WHERE campaign = $1 AND name = $2");
        sqlx::query(count)
            .bind(campaign)
            .bind(variant)
            .execute(&mut *session)
            .await?;
        let insert = self
            .0
            .sql("INSERT INTO visits (campaign, visitor, variant) VALUES ($1, $2, $3)");
        sqlx::query(insert)
            .bind(campaign)
            .bind(visitor)
            .bind(variant)
            .execute(session)
            .await
            .map(drop)
    }

    async fn convert(
        &self,
        session: &mut Session<Any>,
        campaign: &str,
        visitor: &str,
    ) -> Result<bool> {
        let insert = self.0.sql(
            "INSERT INTO conversions (campaign, visitor)
             SELECT campaign, visitor FROM visits WHERE campaign = $1 AND visitor = $2",
        );
        if sqlx::query(insert)
            .bind(campaign)
            .bind(visitor)
            .execute(&mut *session)
            .await?
            .rows_affected()
            == 0
        {
            return Ok(false);
        }
        let count = self.0.sql(
            "UPDATE variants SET conversions = conversions + 1
              WHERE campaign = $1 AND name = (SELECT variant FROM visits WHERE campaign = $2 AND visitor = $3)",
        );
        sqlx::query(count)
            .bind(campaign)
            .bind(campaign)
            .bind(visitor)
            .execute(session)
            .await?;
        Ok(true)
    }
}
