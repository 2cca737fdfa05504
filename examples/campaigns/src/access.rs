//! The service that signs accounts up, logs them in and checks their tokens.
use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use service::{Passwords, now, random};
use sqlx::Any;
use sqlx_transactional::{Db, ReadOnly, Session, retry_on_error, transactional};

use crate::{
    error::{ApiError, Result},
    repositories::Accounts,
    schema::{Credentials, Login},
};

/// Sign-up, login, and the account behind a token.
#[async_trait]
pub(crate) trait Access: Send + Sync {
    /// Creates an account. Hashes the password before the transaction begins.
    async fn sign_up(&self, db: &Db<Any>, credentials: Credentials) -> Result<()>;

    /// Creates a login. Compares the password between two transactions, while it holds no
    /// connection.
    async fn log_in(&self, db: &Db<Any>, credentials: Credentials) -> Result<Login>;

    /// The account of a token.
    async fn account(&self, session: &mut Session<Any, ReadOnly>, token: &str) -> Result<String>;

    /// Ends the login of a token.
    async fn log_out(&self, session: &mut Session<Any>, token: &str) -> Result<()>;
}

/// Implements [`Access`] on the accounts of a repository.
pub(crate) struct Doorkeeper {
    pub(crate) accounts: Arc<dyn Accounts>,
    pub(crate) passwords: Passwords,
    pub(crate) login_lasts: Duration,
}

impl Doorkeeper {
    #[retry_on_error]
    #[transactional]
    async fn add(&self, session: &mut Session<Any>, email: &str, hash: &str) -> Result<()> {
        Ok(self
            .accounts
            .add(session, &random(), &email.to_lowercase(), hash)
            .await?)
    }

    #[retry_on_error]
    #[transactional]
    async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        email: &str,
    ) -> Result<Option<(String, String)>> {
        Ok(self.accounts.find(session, &email.to_lowercase()).await?)
    }

    #[retry_on_error]
    #[transactional]
    async fn admit(&self, session: &mut Session<Any>, account: &str) -> Result<Login> {
        let lasts = i64::try_from(self.login_lasts.as_millis()).unwrap_or(i64::MAX);
        let login = Login {
            token: random(),
            expires: now().saturating_add(lasts),
        };
        self.accounts
            .log_in(session, account, &login.token, login.expires)
            .await?;
        Ok(login)
    }
}

#[async_trait]
impl Access for Doorkeeper {
    async fn sign_up(&self, db: &Db<Any>, credentials: Credentials) -> Result<()> {
        let hash = self.passwords.hash(credentials.password).await?;
        self.add(db, &credentials.email, &hash).await
    }

    async fn log_in(&self, db: &Db<Any>, credentials: Credentials) -> Result<Login> {
        let (account, hash) = self.find(db, &credentials.email).await?.unzip();
        let right = self.passwords.is_right(credentials.password, hash).await?;
        self.admit(
            db,
            &account.filter(|_| right).ok_or(ApiError::WrongPassword)?,
        )
        .await
    }

    async fn account(&self, session: &mut Session<Any, ReadOnly>, token: &str) -> Result<String> {
        self.accounts
            .logged_in(session, token)
            .await?
            .ok_or(ApiError::NotLoggedIn)
    }

    async fn log_out(&self, session: &mut Session<Any>, token: &str) -> Result<()> {
        self.account(session, token).await?;
        Ok(self.accounts.log_out(session, token).await?)
    }
}
