//! Chooses the pool on which a transaction of a `Db` begins: a reader, or the writer.
//!
//! It also waits for a reader that is behind the required position. `readers.rs` knows which
//! readers answer; `transaction/begin.rs` acquires and begins.
use std::time::Duration;

use tokio::{
    runtime::Handle,
    time::{Instant, sleep},
};

use crate::{
    db::Db,
    driver::{
        Driver,
        begin::{BeginOptions, BeginOutcome},
        connect::Connect,
    },
    mode::Isolation,
    transaction::{
        Transaction,
        begin::{BeginRequest, open},
        tracker::RequiredPosition,
    },
};

/// The pause before a reader that is behind is asked again. It doubles up to the longest one. An
/// idle standby replays a commit in about the first pause. A busy one should not get more queries.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

impl<DB: Driver> Db<DB> {
    /// Begins a transaction on a reader if it only reads and a reader answers and has the required
    /// position. Else it begins on the writer. `until` is the deadline of the attempt.
    pub(super) async fn open(
        &self,
        options: &BeginOptions,
        request: &BeginRequest<'_, DB>,
        until: Option<Instant>,
    ) -> Result<Transaction<DB>, sqlx::Error> {
        #[cfg(feature = "test")]
        if let Some(enclosing) = &self.shared.enclosing {
            let begun = enclosing.begin(&self.shared.writer, options, request);
            let mut transaction = Box::pin(begun).await?;
            self.track(&mut transaction, options);
            return Ok(transaction);
        }
        if self.may_read_elsewhere(options) {
            // Boxed, like all work that only some calls do. Otherwise the future of each call would
            // contain room for it.
            match Box::pin(self.open_on_a_reader(options, request, until)).await {
                Ok(transaction) => return Ok(transaction),
                Err(reason) => {
                    tracing::debug!(
                        transaction = request.name,
                        "{reason}: reads from the writer"
                    );
                }
            }
        }
        let (mut transaction, _) = open(&self.shared.writer, options, None, request).await?;
        self.track(&mut transaction, options);
        Ok(transaction)
    }

    /// Makes the transaction report its commit to the handle's tracker, if it writes.
    fn track(&self, transaction: &mut Transaction<DB>, options: &BeginOptions) {
        if options.writes {
            transaction.track(self.settings.tracker.clone());
        }
    }

    /// Returns true if a reader may serve the transaction. Serializable transactions stay on the
    /// writer: a standby has no serializable snapshots, and those of a replica are not ordered with
    /// the writer's transactions. SQLite has one writer at a time, so there each snapshot is
    /// serializable.
    fn may_read_elsewhere(&self, options: &BeginOptions) -> bool {
        let Some(reader) = self.shared.readers.pools().next() else {
            return false;
        };
        let serializable = options.isolation == Some(Isolation::Serializable);
        !options.writes
            && (!serializable || DB::Backend::rules_for(&reader.connect_options()).has_one_writer)
            && Handle::try_current().is_ok()
    }

    /// Begins on a reader that has the required position, and waits for one for a limited time.
    ///
    /// # Errors
    /// The reason why the transaction has to begin on the writer.
    async fn open_on_a_reader(
        &self,
        options: &BeginOptions,
        request: &BeginRequest<'_, DB>,
        until: Option<Instant>,
    ) -> Result<Transaction<DB>, &'static str> {
        let required = self.settings.required();
        if let RequiredPosition::Writer = required {
            return Err("the position of an earlier commit is not known");
        }
        let after = required.token();
        let patience = after
            .map_or(Duration::ZERO, |_| self.settings.reader_wait)
            .min(half_of_what_is_left(until));
        let asked = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let Some(reader) = self.shared.readers.choose() else {
                return Err("no reader answers");
            };
            match reader
                .open(options, after, request, half_of_what_is_left(until))
                .await
            {
                Ok((mut transaction, BeginOutcome::Ready)) => {
                    transaction.reader = Some(reader.number());
                    return Ok(transaction);
                }
                Ok((transaction, opened)) => {
                    // Gives the connection back before the pause. Otherwise calls that wait for a
                    // position would take connections from calls that need no position.
                    transaction.roll_back().await;
                    if opened != BeginOutcome::Behind {
                        return Err("the reader does not report a comparable position");
                    }
                }
                // The reader is out of rotation now, so `choose` returns another one.
                Err(_) => continue,
            }
            let left = patience.saturating_sub(asked.elapsed());
            if left.is_zero() {
                return Err("no reader has replayed the commit in time");
            }
            sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Half of the time until the deadline. The other half is for the writer.
fn half_of_what_is_left(until: Option<Instant>) -> Duration {
    until.map_or(Duration::MAX, |until| {
        until.saturating_duration_since(Instant::now()) / 2
    })
}
