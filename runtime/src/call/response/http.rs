//! The response and the status of the crate `http`, which axum, warp and tower share.
use http::{Response, StatusCode};

outcome! {
    impl[B: From<&'static str>] for Response<B>:
    |response| response.status().as_u16(),
    |status, text| {
        let mut response = Self::new(text.into());
        *response.status_mut() = status_code(status);
        response
    }
}

outcome! {
    impl[] for StatusCode:
    |status| status.as_u16(),
    |status, _| status_code(status)
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use super::{super::Outcome, Response, StatusCode};

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
