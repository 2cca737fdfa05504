//! Poem's response. Its `StatusCode` is that of `http` 1, which the feature `poem` alone does not
//! depend on.
use poem::{Response, http::StatusCode};

outcome! {
    impl[] for Response:
    |response| response.status().as_u16(),
    |status, text| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::builder().status(status).body(text)
    }
}
