//! The response of rocket, and its status, which is a response too.
use std::io::Cursor;

use rocket::{Response, http::Status};

outcome! {
    impl['r] for Response<'r>:
    |response| response.status().code,
    |status, text| Self::build()
        .status(Status::new(status))
        .sized_body(text.len(), Cursor::new(text))
        .finalize()
}

outcome! {
    impl[] for Status:
    |status| status.code,
    |status, _| Self::new(status)
}
