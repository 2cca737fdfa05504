async fn method(self: &Self) -> Result<impl Iterator<Item = u8>, Error> {
    ::sqlx_transactional::__private::repeats::<Result<(), Error>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<_, Error>,
        >::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::method"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let outcome: Result<_, Error> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<_, Error>,
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
