//! Mails that must arrive: stored in the transaction that they belong to, and sent at least once.
use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use service::Dialect;
use sqlx::Any;
use sqlx_transactional::{Db, ReadOnly, Session, retry_on_error, transactional};
use tokio::time::timeout;

use crate::mail::{Mail, Mailer, NotSent};

/// The pause when there is no mail to send, or when sending failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Why a mail is still in the outbox.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// The database failed. The mail may have been sent.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The mailer failed. Other mails are sent first from now on.
    #[error(transparent)]
    NotSent(#[from] NotSent),
}

/// Sends the stored mails.
pub struct Outbox {
    pub(crate) db: Db<Any>,
    pub(crate) dialect: Dialect,
    pub(crate) mailer: Arc<dyn Mailer>,
}

impl Outbox {
    /// Sends mails until `end`. It never stops between sending a mail and recording that.
    pub async fn run(self, end: impl Future<Output = ()>) {
        let mut end = pin!(end);
        loop {
            let pause = match self.send_next().await {
                Ok(true) => Duration::ZERO,
                Ok(false) => PAUSE,
                Err(error) => {
                    tracing::warn!(%error, "a mail waits in the outbox");
                    PAUSE
                }
            };
            if timeout(pause, &mut end).await.is_ok() {
                return;
            }
        }
    }

    /// Sends one mail, with no transaction open meanwhile. Returns false if there is none. If the
    /// process ends before the mail is recorded as sent, the mail is sent again.
    ///
    /// # Errors
    /// The database cannot be reached, or the mailer failed. The mail stays in the outbox.
    pub async fn send_next(&self) -> Result<bool, Undelivered> {
        let Some((id, recipient, subject, body)) = self.oldest().await? else {
            return Ok(false);
        };
        let sent = self
            .mailer
            .send(Mail {
                recipient,
                subject,
                body,
            })
            .await;
        self.note(&id, sent.is_ok()).await?;
        Ok(sent.map(|()| true)?)
    }

    /// The oldest of the mails that have failed least often, so that a mail that always fails does
    /// not delay the others.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn oldest(
        &self,
        session: &mut Session<Any, ReadOnly>,
    ) -> Result<Option<(String, String, String, String)>, sqlx::Error> {
        let select = "SELECT id, recipient, subject, body FROM outbox WHERE sent = 0 ORDER BY failures, written LIMIT 1";
        sqlx::query_as(select).fetch_optional(session).await
    }

    #[retry_on_error]
    #[transactional(from = &self.db)]
    async fn note(
        &self,
        session: &mut Session<Any>,
        id: &str,
        sent: bool,
    ) -> Result<(), sqlx::Error> {
        let update = if sent {
            "UPDATE outbox SET sent = 1 WHERE id = $1"
        } else {
            "UPDATE outbox SET failures = failures + 1 WHERE id = $1"
        };
        sqlx::query(self.dialect.sql(update))
            .bind(id)
            .execute(session)
            .await
            .map(drop)
    }
}
