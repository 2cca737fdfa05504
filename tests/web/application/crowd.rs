//! Many clients in parallel, some of which disconnect early, over any protocol.
use std::{
    collections::HashMap,
    fmt::Debug,
    future::Future,
    hash::Hash,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex},
};

/// A client with a connection to an application. Dropping it closes the connection.
pub trait Visitor: Send + Sized {
    /// What the client sends.
    type Question: Send;
    /// The status of an answer.
    type Status: Copy + Debug + Eq + Hash + Send + 'static;

    /// Connects.
    fn arrive(address: SocketAddr) -> impl Future<Output = Self> + Send;

    /// Waits for the whole answer.
    fn status(&mut self, question: Self::Question) -> impl Future<Output = Self::Status> + Send;
}

/// How the requests of a crowd were answered.
#[derive(Debug)]
pub struct Tally<Status> {
    /// How often each request, by its name in the plan, had each status.
    pub answers: HashMap<(&'static str, Status), usize>,
    /// How many of each request were abandoned before the answer.
    pub left: HashMap<&'static str, usize>,
}

impl<Status: Copy + Debug + Eq + Hash> Tally<Status> {
    /// How many requests of this name were answered with this status.
    #[must_use]
    pub fn answered(&self, name: &'static str, status: Status) -> usize {
        self.answers
            .get(&(name, status))
            .copied()
            .unwrap_or_default()
    }

    /// How many requests of this name were abandoned before the answer.
    #[must_use]
    pub fn left(&self, name: &'static str) -> usize {
        self.left.get(name).copied().unwrap_or_default()
    }

    /// Asserts that every answer is one of these.
    pub fn only(&self, expected: &[(&'static str, Status)]) {
        assert!(
            self.answers.keys().all(|answer| expected.contains(answer)),
            "{:?}",
            self.answers
        );
    }

    /// Asserts that so many requests of this name can have been carried out: those that were
    /// answered with this status, and possibly some of those that were abandoned.
    pub fn carried_out(&self, name: &'static str, status: Status, times: usize) {
        let (answered, left) = (self.answered(name, status), self.left(name));
        assert!(
            (answered..=answered + left).contains(&times),
            "{name}: {times} carried out, {answered} answered, {left} left"
        );
    }
}

/// Runs 64 clients in parallel. Each makes `each` requests of the `plan`, one after the other. At
/// every tenth request the client disconnects before the answer, each time a little later, and
/// connects again.
pub async fn crowd<V: Visitor>(
    address: SocketAddr,
    each: usize,
    plan: impl Fn(usize) -> (&'static str, V::Question) + Send + Sync + 'static,
) -> Tally<V::Status> {
    const CLIENTS: usize = 64;
    let tally = Arc::new(Mutex::new(Tally {
        answers: HashMap::new(),
        left: HashMap::new(),
    }));
    let plan = Arc::new(plan);
    let clients = (0..CLIENTS).map(|client| {
        let (tally, plan) = (Arc::clone(&tally), Arc::clone(&plan));
        tokio::spawn(async move {
            let mut visitor = V::arrive(address).await;
            for number in (client..CLIENTS * each).step_by(CLIENTS) {
                let (name, question) = plan(number);
                if number % 10 == 3 {
                    leave_after(number, visitor.status(question)).await;
                    visitor = V::arrive(address).await;
                    *tally
                        .lock()
                        .expect("no holder panics")
                        .left
                        .entry(name)
                        .or_default() += 1;
                } else {
                    let status = visitor.status(question).await;
                    *tally
                        .lock()
                        .expect("no holder panics")
                        .answers
                        .entry((name, status))
                        .or_default() += 1;
                }
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.expect("no client panics");
    }
    Arc::into_inner(tally)
        .expect("no client is left")
        .into_inner()
        .expect("no holder panicked")
}

/// Lets other tasks run up to a hundred times, so that the request is somewhere between its arrival
/// and its answer.
async fn leave_after(number: usize, answer: impl Future) {
    let patience = async {
        for _ in 0..number * 7 % 100 {
            tokio::task::yield_now().await;
        }
    };
    let (answer, patience) = (pin!(answer), pin!(patience));
    tokio::select! {
        _ = answer => {}
        () = patience => {}
    }
}
