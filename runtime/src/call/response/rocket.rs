//! rocket's response, and its status, which is one as well.
use std::io::Cursor;

use rocket::{Response, http::Status};

use crate::call::{
    outcome::Outcome,
    response::{Answer, is_success},
};

#[diagnostic::do_not_recommend]
impl Outcome for Response<'_> {
    type Error = sqlx::Error;
    type Failed = Self;

    fn failed(&self) -> Option<&Self> {
        (!is_success(self.status().code)).then_some(self)
    }

    fn from_error(error: sqlx::Error) -> Self {
        let Answer { status, text } = Answer::to(&error);
        Self::build()
            .status(Status::new(status))
            .sized_body(text.len(), Cursor::new(text))
            .finalize()
    }
}

#[diagnostic::do_not_recommend]
impl Outcome for Status {
    type Error = sqlx::Error;
    type Failed = Self;

    fn failed(&self) -> Option<&Self> {
        (!is_success(self.code)).then_some(self)
    }

    fn from_error(error: sqlx::Error) -> Self {
        Self::new(Answer::to(&error).status)
    }
}
