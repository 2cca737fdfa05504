pub(crate) async fn method<'a, T: Clone>(&'a self, key: T) -> Result<&'a str, Error>
where
    T: Send,
{
    #![allow(unused)]
    ::sqlx_transactional::__private::repeats::<Result<&'a str, Error>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<&'a str, Error>,
        >::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::method"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let key = ::sqlx_transactional::__private::clone_for_attempt(&key);
        let outcome: Result<&'a str, Error> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<&'a str, Error>,
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
