async fn fetch(client: &Client, url: String) -> Result<Page, FetchError> {
    ::sqlx_transactional::__private::repeats::<Result<Page, FetchError>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<Page, FetchError>,
        >::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::fetch"),
        ::sqlx_transactional::__private::Retry::new().max_elapsed(30_000_000_000),
        look,
    );
    loop {
        let client = ::sqlx_transactional::__private::clone_for_attempt(&client);
        let mut url = ::sqlx_transactional::__private::clone_for_attempt(&url);
        let outcome: Result<Page, FetchError> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<Page, FetchError>,
            > {
                return edge;
            }
            ({ body() })
        }
            .await;
        if let ::core::ops::ControlFlow::Break(outcome) = calls.after(outcome).await {
            break outcome;
        }
    }
}
