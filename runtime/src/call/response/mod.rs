//! Responses of web frameworks that end a call: which statuses commit, and what a client is told
//! where the transaction itself has failed. One file a crate, each behind the feature of its name.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "poem")]
mod poem;
#[cfg(feature = "rocket")]
mod rocket;

use crate::error::class::Class;

/// Whether a response with this status commits.
const fn is_success(status: u16) -> bool {
    status < 400
}

/// What a client is told of a failure.
#[derive(Debug, PartialEq)]
struct Answer {
    status: u16,
    text: &'static str,
}

impl Answer {
    /// Nobody but the log sees the error after this.
    fn to(error: &sqlx::Error) -> Self {
        let answer = Self::of(Class::of(error));
        match answer.status {
            409 => {
                tracing::info!(%error, status = answer.status, "a transaction was refused, and its caller is sent this status")
            }
            status => {
                tracing::error!(%error, status, "a transaction failed, and its caller is sent this status")
            }
        }
        answer
    }

    /// The status, and whether the request was carried out; nothing that only the application may
    /// know.
    const fn of(class: Class) -> Self {
        let text = match class {
            Class::Constraint(_) => "not carried out: it contradicts what is stored",
            Class::Serialization | Class::Deadlock => {
                "not carried out: it conflicted with another request"
            }
            Class::LockTimeout
            | Class::Busy
            | Class::Connection
            | Class::PoolTimeout
            | Class::Closed => "not carried out: try again later",
            Class::Timeout => "not carried out: it took too long",
            Class::CommitUnknown => {
                "it is not known whether this was carried out: look before you try again"
            }
            Class::Other => "not carried out: internal error",
        };
        Self {
            status: class.http_status(),
            text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, is_success};
    use crate::error::{Error, NoAnswer};

    #[test]
    fn a_client_is_told_nothing_of_the_database() {
        let secret = sqlx::Error::InvalidArgument("password".to_owned());
        assert_eq!(
            Answer::to(&secret),
            Answer {
                status: 500,
                text: "not carried out: internal error"
            }
        );
    }

    #[test]
    fn what_may_be_stored_is_not_called_undone() {
        let unknown = Error::CommitUnknown {
            source: NoAnswer(sqlx::Error::WorkerCrashed),
        };
        assert!(
            Answer::to(&unknown.into())
                .text
                .starts_with("it is not known")
        );
    }

    #[test]
    fn errors_roll_back() {
        assert_eq!(
            [100, 204, 302, 399, 400, 404, 500, 599].map(is_success),
            [true, true, true, true, false, false, false, false]
        );
    }
}
