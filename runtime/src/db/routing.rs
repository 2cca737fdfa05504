//! On which pool of a database a transaction begins.
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

/// Between two looks at a reader that is behind. It doubles: a standby that is idle replays a
/// commit in about the first, and one that is busy has no use for more questions.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

impl<DB: Driver> Db<DB> {
    /// Begins where `opening` can be had: on a reader if it only reads, else on the writer, or if
    /// no reader has it.
    pub(super) async fn open(
        &self,
        opening: &BeginOptions,
        caller: &BeginRequest<'_, DB>,
        until: Option<Instant>,
    ) -> Result<Transaction<DB>, sqlx::Error> {
        #[cfg(feature = "test")]
        if let Some(enclosing) = &self.shared.enclosing {
            let begun = enclosing.begin(&self.shared.writer, opening, caller);
            let mut transaction = Box::pin(begun).await?;
            self.track(&mut transaction, opening);
            return Ok(transaction);
        }
        if self.may_read_elsewhere(opening) {
            // Boxed, like all that not every call does: the future of each call in a program has
            // room for whatever is awaited in it.
            match Box::pin(self.open_on_a_reader(opening, caller, until)).await {
                Ok(transaction) => return Ok(transaction),
                Err(reason) => {
                    tracing::debug!(transaction = caller.name, "{reason}: reads from the writer")
                }
            }
        }
        let (mut transaction, _) = open(&self.shared.writer, opening, None, caller).await?;
        self.track(&mut transaction, opening);
        Ok(transaction)
    }

    fn track(&self, transaction: &mut Transaction<DB>, opening: &BeginOptions) {
        if opening.writes {
            transaction.track(self.settings.tracker.clone());
        }
    }

    /// A standby has no serializable snapshots, and a replica's are not ordered with the writer's
    /// transactions; where there is one writer at a time, every snapshot is serializable.
    fn may_read_elsewhere(&self, opening: &BeginOptions) -> bool {
        let Some(reader) = self.shared.readers.pools().next() else {
            return false;
        };
        let serializable = opening.isolation == Some(Isolation::Serializable);
        !opening.writes
            && (!serializable || DB::Backend::rules_for(&reader.connect_options()).has_one_writer)
            && Handle::try_current().is_ok()
    }

    /// No connection is held between two looks at readers that are behind.
    ///
    /// # Errors
    /// Why there is none.
    async fn open_on_a_reader(
        &self,
        opening: &BeginOptions,
        caller: &BeginRequest<'_, DB>,
        until: Option<Instant>,
    ) -> Result<Transaction<DB>, &'static str> {
        let wanted = self.settings.wanted();
        if let RequiredPosition::Writer = wanted {
            return Err("it is not known what a reader has to have seen");
        }
        let after = wanted.token();
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
                .open(opening, after, caller, half_of_what_is_left(until))
                .await
            {
                Ok((mut transaction, BeginOutcome::Ready)) => {
                    transaction.reader = Some(reader.number());
                    return Ok(transaction);
                }
                Ok((transaction, opened)) => {
                    transaction.roll_back().await;
                    if opened != BeginOutcome::Behind {
                        return Err("the reader cannot tell what it has seen");
                    }
                }
                Err(_) => continue,
            }
            let left = patience.saturating_sub(asked.elapsed());
            if left.is_zero() {
                return Err("no reader has seen the commit in time");
            }
            sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// The other half is for the writer.
fn half_of_what_is_left(until: Option<Instant>) -> Duration {
    until.map_or(Duration::MAX, |until| {
        until.saturating_duration_since(Instant::now()) / 2
    })
}
