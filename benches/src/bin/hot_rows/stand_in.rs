//! What `#[retry_on_error]` expands to, until it is there.

/// `#[retry_on_error] #[transactional]` around a plain helper.
macro_rules! retried {
    ($source:expr, $database:ty, $mode:ty, $session:ident => $body:expr) => {{
        use sqlx_transactional::{__private as runtime, Source};
        use std::ops::ControlFlow;
        let exit = {
            #[allow(unused_imports, reason = "which are used depends on the error")]
            use runtime::{Flat as _, Neither as _, Typed as _};
            (&&&runtime::Route::<Result<(), sqlx::Error>>::new()).route()
        };
        let options = runtime::Options::new("hot_rows").retry(runtime::Retry::new());
        let mut run = runtime::Run::new(Source::<'_, $database, $mode>::origin($source), options);
        loop {
            let mut session = match run.lease(<$mode as runtime::Level>::MARKER).await {
                Ok(leased) => leased,
                Err(failure) => match run.again(failure, exit).await {
                    ControlFlow::Continue(()) => continue,
                    ControlFlow::Break(outcome) => break outcome,
                },
            };
            let outcome = {
                let $session: &mut Session<$database, $mode> = &mut session;
                Some((async move { $body.await }).await)
            };
            if let ControlFlow::Break(outcome) = run.settle_or_retry(session, outcome, exit).await {
                break outcome;
            }
        }
    }};
}
pub(crate) use retried;
