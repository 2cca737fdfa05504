//! The types that axum, warp and tower share.
use http::{Response, StatusCode};

use crate::call::{
    outcome::Outcome,
    response::{Answer, is_success},
};

#[diagnostic::do_not_recommend]
impl<B: From<&'static str>> Outcome for Response<B> {
    type Error = sqlx::Error;
    type Failed = Self;

    fn failed(&self) -> Option<&Self> {
        (!is_success(self.status().as_u16())).then_some(self)
    }

    fn from_error(error: sqlx::Error) -> Self {
        let Answer { status, text } = Answer::to(&error);
        let mut response = Self::new(text.into());
        *response.status_mut() = status_code(status);
        response
    }
}

#[diagnostic::do_not_recommend]
impl Outcome for StatusCode {
    type Error = sqlx::Error;
    type Failed = Self;

    fn failed(&self) -> Option<&Self> {
        (!is_success(self.as_u16())).then_some(self)
    }

    fn from_error(error: sqlx::Error) -> Self {
        status_code(Answer::to(&error).status)
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Response, StatusCode};

    #[test]
    fn a_response_has_the_status_of_its_class() {
        let response = Response::<String>::from_error(sqlx::Error::PoolTimedOut);
        assert_eq!(
            (response.status(), response.body().as_str()),
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "not carried out: try again later"
            )
        );
        assert!(response.failed().is_some() && Response::new(String::new()).failed().is_none());
    }
}
