//! What the services ask of a store. Every method is handed the session of its caller's
//! transaction, and is a part of that: none can keep it.
use async_trait::async_trait;
use sqlx::Any;
use sqlx_transactional::{ReadOnly, Session};

use crate::schema::Campaign;

pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;

/// Accounts, and who is logged in.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Adds an account; its e-mail address is its own.
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

    /// Adds a login, and forgets those of the account that have ended.
    async fn log_in(
        &self,
        session: &mut Session<Any>,
        account: &str,
        token: &str,
        expires: i64,
    ) -> Result<()>;

    /// Whose login this is, unless it has ended.
    async fn logged_in(
        &self,
        session: &mut Session<Any, ReadOnly>,
        token: &str,
    ) -> Result<Option<String>>;

    /// Forgets a login.
    async fn log_out(&self, session: &mut Session<Any>, token: &str) -> Result<()>;
}

/// Campaigns and their variants.
#[async_trait]
pub trait Campaigns: Send + Sync {
    /// Adds a campaign that does not run; its name is its own within the account.
    async fn add(
        &self,
        session: &mut Session<Any>,
        account: &str,
        campaign: &Campaign,
    ) -> Result<()>;

    /// One of an account's.
    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        account: &str,
        id: &str,
    ) -> Result<Option<Campaign>>;

    /// Says since when it runs, if it does, and which variant has won, if any.
    async fn change(
        &self,
        session: &mut Session<Any>,
        id: &str,
        since: Option<i64>,
        winner: Option<&str>,
    ) -> Result<()>;

    /// Counts a visitor of a campaign that runs, and says which variant is next: the one that is
    /// furthest behind its weight.
    async fn next(&self, session: &mut Session<Any>, id: &str) -> Result<Option<String>>;
}

/// Who has seen which variant, and was converted.
#[async_trait]
pub trait Visits: Send + Sync {
    /// The variant that a visitor has.
    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        campaign: &str,
        visitor: &str,
    ) -> Result<Option<String>>;

    /// Gives a visitor a variant, once, and counts that.
    async fn add(
        &self,
        session: &mut Session<Any>,
        campaign: &str,
        visitor: &str,
        variant: &str,
    ) -> Result<()>;

    /// Notes that a visitor was converted, once, and counts it for the variant; false: the visitor
    /// has none.
    async fn convert(
        &self,
        session: &mut Session<Any>,
        campaign: &str,
        visitor: &str,
    ) -> Result<bool>;
}
