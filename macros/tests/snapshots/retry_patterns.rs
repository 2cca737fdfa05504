async fn patterns(
    (a, [b, c @ .., _]): (u8, [u8; 9]),
    Point { x, y: z, .. }: Point,
    whole @ Pair(..): Pair,
    &d: &u8,
    ref e: String,
    (Ok(f) | Err(f)): Result<u8, u8>,
    _: u8,
    Unit: Unit,
    _g: u8,
    #[cfg(all())]
    #[other]
    h: u8,
    r#in: impl Clone,
) -> Result<u8, Error> {
    ::sqlx_transactional::__private::repeats::<Result<u8, Error>>();
    let look = {
        use ::sqlx_transactional::__private::{
            Chain as _, Inside as _, Refused as _, Unfit as _,
        };
        let sight = &&&&::sqlx_transactional::__private::Sight::<
            Result<u8, Error>,
        >::new();
        sight.look()
    };
    let mut calls = ::sqlx_transactional::__private::Calls::new(
        ::core::concat!(::core::module_path!(), "::patterns"),
        ::sqlx_transactional::__private::Retry::new(),
        look,
    );
    loop {
        let a = ::sqlx_transactional::__private::clone_for_attempt(&a);
        let b = ::sqlx_transactional::__private::clone_for_attempt(&b);
        let mut c = ::sqlx_transactional::__private::clone_for_attempt(&c);
        let x = ::sqlx_transactional::__private::clone_for_attempt(&x);
        let mut z = ::sqlx_transactional::__private::clone_for_attempt(&z);
        let whole = ::sqlx_transactional::__private::clone_for_attempt(&whole);
        let d = ::sqlx_transactional::__private::clone_for_attempt(&d);
        let e = ::sqlx_transactional::__private::clone_for_attempt(&e);
        let mut f = ::sqlx_transactional::__private::clone_for_attempt(&f);
        #[cfg(all())]
        #[expect(unused)]
        let h = ::sqlx_transactional::__private::clone_for_attempt(&h);
        let r#in = ::sqlx_transactional::__private::clone_for_attempt(&r#in);
        let outcome: Result<u8, Error> = async move {
            if let ::core::option::Option::Some(edge) = ::core::option::Option::None::<
                Result<u8, Error>,
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
