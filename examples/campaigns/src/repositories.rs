//! What the services need from a store. Each method gets the session of its caller's transaction
//! and runs in it; no repository can keep a session.
use async_trait::async_trait;
use sqlx::Any;
use sqlx_transactional::{ReadOnly, Session};

use crate::schema::Campaign;

pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;

/// Accounts and their logins.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Adds an account. Its e-mail address must be new.
    async fn add(
        &self,
        session: &mut Session<Any>,
        id: &str,
        email: &str,
        hash: &str,
    ) -> Result<()>;

    /// The id of an account, and the hash of its password.
    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        email: &str,
    ) -> Result<Option<(String, String)>>;

    /// Adds a login, and deletes the logins of the account that have ended.
    async fn log_in(
        &self,
        session: &mut Session<Any>,
        account: &str,
        token: &str,
        expires: i64,
    ) -> Result<()>;

    /// The account of a login, unless the login has ended.
    async fn logged_in(
        &self,
        session: &mut Session<Any, ReadOnly>,
        token: &str,
    ) -> Result<Option<String>>;

    /// Deletes a login.
    async fn log_out(&self, session: &mut Session<Any>, token: &str) -> Result<()>;
}

/// Campaigns and their variants.
#[async_trait]
pub trait Campaigns: Send + Sync {
    /// Adds a campaign, which does not run yet. Its name must be new to the account.
    async fn add(
        &self,
        session: &mut Session<Any>,
        account: &str,
        campaign: &Campaign,
    ) -> Result<()>;

    /// A campaign of the account.
    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        account: &str,
        id: &str,
    ) -> Result<Option<Campaign>>;

    /// Sets since when the campaign runs (`None`: it does not), and the variant that has won, if
    /// any.
    async fn change(
        &self,
        session: &mut Session<Any>,
        id: &str,
        since: Option<i64>,
        winner: Option<&str>,
    ) -> Result<()>;

    /// Counts a visitor and returns the next variant: the one that is furthest behind its weight.
    /// `None` if the campaign does not run.
    async fn next(&self, session: &mut Session<Any>, id: &str) -> Result<Option<String>>;
}

/// The variants of visitors, and their conversions.
#[async_trait]
pub trait Visits: Send + Sync {
    /// The variant that a visitor has.
    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        campaign: &str,
        visitor: &str,
    ) -> Result<Option<String>>;

    /// Assigns a variant to a visitor, once, and counts the visitor.
    async fn add(
        &self,
        session: &mut Session<Any>,
        campaign: &str,
        visitor: &str,
        variant: &str,
    ) -> Result<()>;

    /// Records that a visitor was converted, once, and counts it for the variant. False if the
    /// visitor has no variant.
    async fn convert(
        &self,
        session: &mut Session<Any>,
        campaign: &str,
        visitor: &str,
    ) -> Result<bool>;
}
