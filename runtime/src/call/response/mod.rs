//! Makes the responses of web frameworks an [`Outcome`]: which statuses commit, and what the client
//! is sent if the transaction itself fails. Each file implements one crate's responses, behind the
//! feature that is named after the crate.

use crate::{call::outcome::Outcome, error::class::Class};

/// Implements [`Outcome`] for a response: how its status is read, and how one is made of the status
/// and the text that [`reply`] returns.
macro_rules! outcome {
    (impl[$($generics:tt)*] for $response:ty:
        |$it:ident| $read:expr, |$status:ident, $text:pat_param| $make:expr) => {
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> super::Outcome for $response {
            type Error = sqlx::Error;
            type Failed = Self;

            fn failed(&self) -> Option<&Self> {
                let $it = self;
                (!super::commits($read)).then_some(self)
            }

            fn from_error(error: sqlx::Error) -> Self {
                let ($status, $text) = super::reply(&error);
                $make
            }
        }
    };
}

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "poem")]
mod poem;
#[cfg(feature = "rocket")]
mod rocket;

/// Whether a response with this status commits.
const fn commits(status: u16) -> bool {
    status < 400
}

/// The status and the text that the client is sent after a failure. The error itself is only
/// logged: as information for status 409, which the request has caused, otherwise as an error.
fn reply(error: &sqlx::Error) -> (u16, &'static str) {
    let class = Class::of(error);
    let status = class.http_status();
    if status == 409 {
        tracing::info!(%error, status, "a transaction was refused, and its caller is sent this status");
    } else {
        tracing::error!(%error, status, "a transaction failed, and its caller is sent this status");
    }
    (status, text(class))
}

/// Says whether the request was carried out, and nothing about the database.
const fn text(class: Class) -> &'static str {
    use Class::{
        Busy, Closed, CommitUnknown, Connection, Constraint, Deadlock, LockTimeout, Other,
        PoolTimeout, Serialization, Timeout,
    };
    match class {
        Constraint(_) => "not carried out: it contradicts what is stored",
        Serialization | Deadlock => "not carried out: it conflicted with another request",
        LockTimeout | Busy | Connection | PoolTimeout | Closed => {
            "not carried out: try again later"
        }
        Timeout => "not carried out: it took too long",
        CommitUnknown => "it is not known whether this was carried out: look before you try again",
        Other => "not carried out: internal error",
    }
}

#[cfg(test)]
mod tests {
    use super::{commits, reply};
    use crate::error::{Error, NoAnswer};

    #[test]
    fn a_client_is_told_nothing_of_the_database() {
        let secret = sqlx::Error::InvalidArgument("password".to_owned());
        assert_eq!(reply(&secret), (500, "not carried out: internal error"));
    }

    #[test]
    fn what_may_be_stored_is_not_called_undone() {
        let unknown = Error::CommitUnknown {
            source: NoAnswer(sqlx::Error::WorkerCrashed),
        };
        let (_, text) = reply(&unknown.into());
        assert!(text.starts_with("it is not known"));
    }

    #[test]
    fn errors_roll_back() {
        assert_eq!(
            [100, 204, 302, 399, 400, 404, 500, 599].map(commits),
            [true, true, true, true, false, false, false, false]
        );
    }
}
