//! actix-web's response, whose status is of a version of `http` of its own.
use actix_web::{HttpResponse, http::StatusCode};

use crate::call::{
    outcome::Outcome,
    response::{Answer, is_success},
};

#[diagnostic::do_not_recommend]
impl Outcome for HttpResponse {
    type Error = sqlx::Error;
    type Failed = Self;

    fn failed(&self) -> Option<&Self> {
        (!is_success(self.status().as_u16())).then_some(self)
    }

    fn from_error(error: sqlx::Error) -> Self {
        let Answer { status, text } = Answer::to(&error);
        Self::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            .body(text)
    }
}
