//! The commits that a read-only call has to see, and the position that a handle remembers of its
//! own commits.
use std::{
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::driver::position::Token;

/// The commits that a read-only transaction has to see.
#[derive(Debug, Clone, Default)]
pub(crate) enum RequiredPosition {
    /// None in particular: the reader may be in any state.
    #[default]
    Anything,
    /// At least those up to this position.
    After(Token),
    /// Commits at a position that no reader can be asked about. Only the writer is known to have
    /// them.
    Writer,
}

impl RequiredPosition {
    /// Requires both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anything, required) | (required, Self::Anything) => required,
            (Self::After(one), Self::After(other)) => {
                one.and(&other).map_or(Self::Writer, Self::After)
            }
            (Self::Writer, _) | (_, Self::Writer) => Self::Writer,
        }
    }

    pub(crate) fn token(&self) -> Option<&Token> {
        match self {
            Self::After(token) => Some(token),
            Self::Anything | Self::Writer => None,
        }
    }
}

/// The position of the commits of a handle and its clones.
#[derive(Clone, Default)]
pub(crate) struct CommitTracker(Arc<Mutex<Commits>>);

#[derive(Default)]
struct Commits {
    seen: RequiredPosition,
    /// How many commits ended without a known position.
    lost: u64,
}

/// A COMMIT that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    /// [`Commits::lost`] before it was sent.
    lost: u64,
}

impl CommitTracker {
    pub(crate) fn starting_with(seen: RequiredPosition) -> Self {
        Self(Arc::new(Mutex::new(Commits { seen, lost: 0 })))
    }

    /// Notes that a COMMIT is about to be sent.
    pub(crate) fn before_commit(&self) -> Sent {
        Sent {
            lost: self.lock().lost,
        }
    }

    /// Records a commit that is stored or may be. If its position is unknown, reads go to the
    /// writer until a COMMIT that was sent later reports a position, which covers this one too.
    pub(crate) fn committed(&self, sent: Sent, at: Option<Token>) {
        let mut commits = self.lock();
        match at {
            None => {
                commits.seen = RequiredPosition::Writer;
                // A COMMIT that was sent before this one may be acknowledged later, and does not
                // cover it.
                commits.lost += 1;
            }
            Some(token) if matches!(commits.seen, RequiredPosition::Writer) => {
                if sent.lost == commits.lost {
                    commits.seen = RequiredPosition::After(token);
                }
            }
            Some(token) => {
                // Answers arrive in any order, so the later of both positions is kept.
                commits.seen = mem::take(&mut commits.seen).and(RequiredPosition::After(token));
            }
        }
    }

    pub(crate) fn required(&self) -> RequiredPosition {
        self.lock().seen.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Commits> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CommitTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommitTracker({:?})", self.required())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> RequiredPosition {
        RequiredPosition::After(text.parse().expect("a token"))
    }

    fn text(required: &RequiredPosition) -> String {
        match required {
            RequiredPosition::Anything => "anything".into(),
            RequiredPosition::After(token) => token.to_string(),
            RequiredPosition::Writer => "writer".into(),
        }
    }

    #[test]
    fn both_are_seen_or_the_writer_is_read() {
        assert_eq!(
            text(&RequiredPosition::Anything.and(RequiredPosition::Anything)),
            "anything"
        );
        assert_eq!(
            text(&after("lsn:0/2").and(RequiredPosition::Anything)),
            "lsn:0/2"
        );
        assert_eq!(text(&after("lsn:0/2").and(after("lsn:0/1"))), "lsn:0/2");
        assert_eq!(text(&after("lsn:0/2").and(after("local"))), "writer");
        assert_eq!(
            text(&RequiredPosition::Writer.and(after("lsn:0/1"))),
            "writer"
        );
    }

    #[test]
    fn a_commit_at_an_unknown_position_is_covered_by_one_that_was_sent_later() {
        let tracker = CommitTracker::default();
        let committed = |sent, at: Option<&str>| {
            tracker.committed(sent, at.map(|text| text.parse().expect("a token")));
            text(&tracker.clone().required())
        };
        let early = tracker.before_commit();
        assert_eq!(
            committed(tracker.before_commit(), Some("lsn:0/5")),
            "lsn:0/5"
        );
        assert_eq!(
            committed(tracker.before_commit(), Some("lsn:0/4")),
            "lsn:0/5",
            "they are answered in any order"
        );
        assert_eq!(committed(tracker.before_commit(), None), "writer");
        assert_eq!(committed(early, Some("lsn:0/6")), "writer");
        assert_eq!(
            committed(tracker.before_commit(), Some("lsn:0/8")),
            "lsn:0/8"
        );
        assert_eq!(committed(early, Some("lsn:0/7")), "lsn:0/8");
    }
}
