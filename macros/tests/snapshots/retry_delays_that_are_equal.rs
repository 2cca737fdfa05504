async fn work() -> Result<(), Error> {
    ::sqlx_transactional::__private::repeats::<Result<(), Error>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<(), Error>,
        >::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::work"),
        ::sqlx_transactional::__private::Retry::new()
            .min_delay(1_000_000_000)
            .max_delay(1_000_000_000),
        look,
    );
    loop {
        let outcome: Result<(), Error> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<(), Error>,
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
