//! Sends mails, which takes time and may fail.
use std::{future::Future, pin::Pin};

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address that it is sent to.
    pub recipient: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotSent(pub String);

/// A mail that is being sent.
pub type Sending = Pin<Box<dyn Future<Output = Result<(), NotSent>> + Send>>;

/// A mail server, or a replacement for one.
pub trait Mailer: Send + Sync {
    /// Sends a mail when the future is polled.
    fn send(&self, mail: Mail) -> Sending;
}

/// Writes mails to the log, where a developer finds the code.
#[derive(Debug)]
pub struct Log;

impl Mailer for Log {
    fn send(&self, mail: Mail) -> Sending {
        Box::pin(async move {
            tracing::info!(mail.recipient, mail.subject, mail.body, "mail");
            Ok(())
        })
    }
}
