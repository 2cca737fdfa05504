//! actix-web's response. Its `StatusCode` is that of `http` 0.2, so `http.rs` does not implement
//! it.
use actix_web::{HttpResponse, http::StatusCode};

outcome! {
    impl[] for HttpResponse:
    |response| response.status().as_u16(),
    |status, text| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::build(status).body(text)
    }
}
