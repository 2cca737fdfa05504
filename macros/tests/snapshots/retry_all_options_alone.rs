async fn work(Json(order): Json<Order>) -> Result<(), Error> {
    framework::database::__private::repeats::<Result<(), Error>>();
    let look = {
        use framework::database::__private::{
            Chain as _, Inside as _, Opaque as _, Unfit as _,
        };
        let sight = &&&&framework::database::__private::Sight::<
            Result<(), Error>,
        >::new();
        sight.look()
    }
        .when(|outcome| framework::database::__private::matches(
            outcome,
            <Error as Temporary>::is_temporary,
        ));
    let mut calls = framework::database::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::work"),
        framework::database::__private::Retry::new()
            .attempts(2)
            .min_delay(1_000_000)
            .max_delay(60_000_000_000)
            .max_elapsed(30_000_000_000)
            .idempotent(),
        look,
    );
    loop {
        let order = framework::database::__private::clone_for_attempt(&order);
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
