//! Calls on a runtime of their own, which is stopped while they run. A task that `Drop` spawns
//! there is never polled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::runtime::Builder;
use tokio::time::sleep;

use crate::bank::{Bank, Order};
use crate::load::{Call, End, Load};

const WORKERS: u64 = 4;

/// Stops the runtime after `time`. Its callers wait for five seconds at most. That also excludes
/// calls by hand, because sqlx alone leaves a transaction open when its runtime ends.
pub(crate) async fn stopped<DB: Bank>(
    load: &Arc<Load<DB>>,
    time: Duration,
    seed: u64,
) -> Vec<Call> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("the runtime starts");
    let (begun, ended) = (
        Arc::new(Mutex::new(Vec::<Order>::new())),
        Arc::new(Mutex::new(HashMap::new())),
    );
    for worker in 0..WORKERS {
        let (load, begun, ended) = (Arc::clone(load), Arc::clone(&begun), Arc::clone(&ended));
        let mut random = StdRng::seed_from_u64(seed ^ worker);
        runtime.spawn(async move {
            loop {
                let (order, patience) = load.order(&mut random, Some(Duration::from_secs(5)));
                begun.lock().expect("no holder panics").push(order);
                let call = load.call(order, patience).await;
                ended
                    .lock()
                    .expect("no holder panics")
                    .insert(order.id, call);
            }
        });
    }
    sleep(time).await;
    let stopped =
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(10)));
    stopped.await.expect("nothing panics there");
    let (begun, mut ended) = (
        begun.lock().expect("no holder panics"),
        ended.lock().expect("no holder panics"),
    );
    let end = |order: &Order| {
        ended.remove(&order.id).unwrap_or(Call {
            order: *order,
            end: End::Cancelled,
            took: time,
        })
    };
    begun.iter().map(end).collect()
}
