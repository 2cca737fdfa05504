//! A mailer for tests.

use std::sync::{Arc, Mutex, MutexGuard};

use patients::{Mail, Mailer, NotSent, Sending};

/// A mailer whose mails a test can read.
#[derive(Debug, Clone, Default)]
pub(super) struct Letters {
    pub(super) mails: Arc<Mutex<Vec<Mail>>>,
    /// Sending to this address fails.
    pub(super) refused: &'static str,
    /// Whether it sends, but never returns.
    pub(super) silent: bool,
}

impl Letters {
    pub(super) fn sent(&self) -> MutexGuard<'_, Vec<Mail>> {
        self.mails.lock().expect("no holder panics")
    }

    pub(super) fn subjects(&self) -> Vec<String> {
        self.sent()
            .iter()
            .map(|mail| mail.subject.clone())
            .collect()
    }

    /// The code in the last mail.
    pub(super) fn code(&self) -> String {
        let sent = self.sent();
        sent.last()
            .and_then(|mail| mail.body.strip_prefix("Your code is "))
            .expect("a mail with a code")
            .to_owned()
    }
}

impl Mailer for Letters {
    fn send(&self, mail: Mail) -> Sending {
        let letters = self.clone();
        Box::pin(async move {
            if mail.recipient == letters.refused {
                return Err(NotSent("no such address".to_owned()));
            }
            letters.sent().push(mail);
            if letters.silent {
                std::future::pending::<()>().await;
            }
            Ok(())
        })
    }
}
