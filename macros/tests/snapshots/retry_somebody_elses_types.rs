async fn work(
    session: Session,
    transaction: Transaction<Euro>,
    other: &Transaction,
    shared: &&mut u8,
    call: impl FnMut(&mut u8),
) -> Result<(), Error> {
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
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let session = ::sqlx_transactional::__private::clone_for_attempt(&session);
        let transaction = ::sqlx_transactional::__private::clone_for_attempt(
            &transaction,
        );
        let other = ::sqlx_transactional::__private::clone_for_attempt(&other);
        let shared = ::sqlx_transactional::__private::clone_for_attempt(&shared);
        let call = ::sqlx_transactional::__private::clone_for_attempt(&call);
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
