//! The savepoints of a transaction: which scopes are open, which savepoints are still set on the
//! server, and which hooks belong to which scope. This is a record without I/O: `Transaction` sends
//! the statements.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// The open scopes. There is always one, the transaction itself.
#[derive(Default)]
pub(crate) struct Savepoints {
    outermost: RollbackScope,
    nested: Vec<RollbackScope>,
    /// At most one, because the ended savepoints inside of it end with it.
    ended: Option<EndedSavepoint>,
    /// The depth at which the canary was set. Only this crate releases that savepoint, so if it is
    /// gone, the transaction is gone too.
    canary: Option<usize>,
}

/// A savepoint that is still set on the server although its scope has ended. The savepoints inside
/// of it go with it.
#[derive(Clone, Copy)]
struct EndedSavepoint {
    depth: usize,
    end: SavepointEnd,
}

/// How the scope ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SavepointEnd {
    /// Its work is kept. RELEASE goes before the next statement, which is not part of it.
    Kept,
    /// ROLLBACK TO has to be sent before anything else.
    ToUndo,
    /// ROLLBACK TO was acknowledged. The savepoint is empty, and can stay until the next SAVEPOINT
    /// or COMMIT releases it.
    Undone,
}

/// A transaction or a savepoint of it: what one rollback undoes.
#[derive(Default)]
pub(crate) struct RollbackScope {
    /// The joined function that wrote and then failed. Its writes cannot be taken out of the scope,
    /// so the scope must not be committed.
    pub(crate) failed_by: Option<&'static str>,
    /// The function that owns the scope has asked for its rollback.
    pub(crate) rollback_only: bool,
    /// Whether the server has acknowledged the SAVEPOINT.
    set: bool,
    /// How many `after_commit` hooks were registered before the scope was opened.
    hooks: usize,
}

impl Savepoints {
    /// The number of open savepoints.
    pub(crate) fn depth(&self) -> usize {
        self.nested.len()
    }

    pub(crate) fn innermost(&mut self) -> &mut RollbackScope {
        self.nested.last_mut().unwrap_or(&mut self.outermost)
    }

    /// Opens a scope. Its SAVEPOINT is about to be sent.
    pub(crate) fn enter(&mut self, hooks: usize) {
        self.nested.push(RollbackScope {
            hooks,
            ..RollbackScope::default()
        });
    }

    /// Records that the SAVEPOINT of the innermost scope was acknowledged.
    pub(crate) fn entered(&mut self) {
        self.innermost().set = true;
    }

    /// Ends the innermost scope. What was done in it becomes part of the scope around it.
    pub(crate) fn keep(&mut self) {
        // Replaces an ended savepoint inside of this one: the same RELEASE releases both.
        self.ended = Some(EndedSavepoint {
            depth: self.depth(),
            end: SavepointEnd::Kept,
        });
        self.nested.pop();
        self.forget_canary();
    }

    /// Gives up every scope deeper than `depth` savepoints. Returns how many hooks remain.
    ///
    /// Where SAVEPOINT was not acknowledged, no statement followed it, so there is nothing to undo.
    /// If the server has set the savepoint all the same, it does no harm.
    pub(crate) fn abandon(&mut self, depth: usize) -> Option<usize> {
        let outer = self.nested.drain(depth..).next()?;
        if outer.set {
            self.ended = Some(EndedSavepoint {
                depth: depth + 1,
                end: SavepointEnd::ToUndo,
            });
        }
        self.forget_canary();
        Some(outer.hooks)
    }

    /// Forgets a canary that was set in a scope that has ended: it went with the savepoint of that
    /// scope.
    fn forget_canary(&mut self) {
        let depth = self.depth();
        self.canary.take_if(|canary| *canary > depth);
    }

    /// Whether no canary is set, so that a transaction that was ended or replaced would go
    /// unnoticed.
    pub(crate) fn needs_canary(&self) -> bool {
        self.canary.is_none()
    }

    /// Savepoints set before the canary are now released by COMMIT only: releasing them earlier
    /// would release the canary too.
    pub(crate) fn canary_was_set(&mut self) {
        self.ended = None;
        self.canary = Some(self.depth());
    }

    /// The text of COMMIT, after the RELEASE of the outermost savepoint of this crate that is still
    /// set. RELEASE fails if the savepoint is gone with its transaction. A `SELECT 1` would not
    /// notice a transaction that was replaced.
    pub(crate) fn commit(&self) -> SqlStr {
        match (self.canary, self.ended) {
            (Some(_), _) => SqlStr::from_static("RELEASE SAVEPOINT sqlx_tx_canary; COMMIT"),
            (None, Some(left)) => {
                AssertSqlSafe(format!("RELEASE SAVEPOINT sqlx_tx_{}; COMMIT", left.depth))
                    .into_sql_str()
            }
            (None, None) => SqlStr::from_static("COMMIT"),
        }
    }

    /// Forgets the ended savepoint: the innermost scope can only be rolled back as a whole, and the
    /// savepoint goes with it.
    pub(crate) fn clear_ended(&mut self) {
        self.ended = None;
    }

    /// The depth of the savepoint that has to be rolled back to before anything else is sent.
    pub(crate) fn to_undo(&self) -> Option<usize> {
        self.ended
            .filter(|left| left.end == SavepointEnd::ToUndo)
            .map(|left| left.depth)
    }

    /// Records that the ROLLBACK TO that [`to_undo`](Self::to_undo) asks for was acknowledged.
    pub(crate) fn undone(&mut self) {
        if let Some(left) = &mut self.ended {
            left.end = SavepointEnd::Undone;
        }
    }

    /// The depth of the savepoint to release before the next statement.
    pub(crate) fn take_kept(&mut self) -> Option<usize> {
        self.ended
            .take_if(|left| left.end == SavepointEnd::Kept)
            .map(|left| left.depth)
    }

    /// The depth of the savepoint to release together with the next SAVEPOINT. Otherwise a loop of
    /// nested calls would collect savepoints on the server.
    pub(crate) fn take_any(&mut self) -> Option<usize> {
        self.ended
            .take_if(|left| left.end != SavepointEnd::ToUndo)
            .map(|left| left.depth)
    }
}

/// The statements about savepoints. Each is sent as one message.
pub(crate) mod sql {
    use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

    pub(crate) const CANARY: SqlStr = SqlStr::from_static("SAVEPOINT sqlx_tx_canary");

    pub(crate) fn set(release: Option<usize>, depth: usize) -> SqlStr {
        let sql = match release {
            Some(release) => {
                format!("RELEASE SAVEPOINT sqlx_tx_{release}; SAVEPOINT sqlx_tx_{depth}")
            }
            None => format!("SAVEPOINT sqlx_tx_{depth}"),
        };
        AssertSqlSafe(sql).into_sql_str()
    }

    pub(crate) fn release(depth: usize) -> SqlStr {
        AssertSqlSafe(format!("RELEASE SAVEPOINT sqlx_tx_{depth}")).into_sql_str()
    }

    pub(crate) fn roll_back_to(depth: usize) -> SqlStr {
        AssertSqlSafe(format!("ROLLBACK TO SAVEPOINT sqlx_tx_{depth}")).into_sql_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_belongs_to_the_innermost_level_and_goes_with_it() {
        let mut savepoints = Savepoints::default();
        savepoints.enter(0);
        savepoints.innermost().failed_by = Some("inner");
        savepoints.abandon(0);
        assert!(savepoints.innermost().failed_by.is_none());
    }

    #[test]
    fn abandoning_undoes_everything_inside() {
        let mut savepoints = Savepoints::default();
        for hooks in [2, 5] {
            savepoints.enter(hooks);
            savepoints.entered();
        }
        assert_eq!(
            (
                savepoints.abandon(0),
                savepoints.depth(),
                savepoints.to_undo()
            ),
            (Some(2), 0, Some(1))
        );
        assert_eq!(
            savepoints.take_any(),
            None,
            "not before it was rolled back to"
        );
        savepoints.undone();
        assert_eq!(
            (
                savepoints.to_undo(),
                savepoints.take_kept(),
                savepoints.take_any(),
                savepoints.take_any()
            ),
            (None, None, Some(1), None)
        );
    }

    #[test]
    fn a_level_that_was_never_entered_leaves_nothing_to_undo() {
        let mut savepoints = Savepoints::default();
        savepoints.enter(0);
        assert_eq!(
            (savepoints.abandon(0), savepoints.to_undo()),
            (Some(0), None)
        );
        assert_eq!(savepoints.abandon(0), None);
    }

    #[test]
    fn commit_releases_the_outermost_savepoint_that_is_set() {
        let mut savepoints = Savepoints::default();
        assert_eq!(savepoints.commit().as_str(), "COMMIT");
        savepoints.enter(0);
        savepoints.canary_was_set();
        savepoints.keep();
        assert_eq!(
            savepoints.commit().as_str(),
            "RELEASE SAVEPOINT sqlx_tx_1; COMMIT",
            "the canary went with its level"
        );
        savepoints.take_kept();
        savepoints.canary_was_set();
        savepoints.enter(0);
        savepoints.keep();
        assert_eq!(
            savepoints.commit().as_str(),
            "RELEASE SAVEPOINT sqlx_tx_canary; COMMIT"
        );
    }

    #[test]
    fn what_was_left_before_the_canary_is_not_released_after_it() {
        let mut savepoints = Savepoints::default();
        savepoints.enter(0);
        savepoints.entered();
        savepoints.abandon(0);
        savepoints.undone();
        savepoints.canary_was_set();
        assert_eq!(savepoints.take_any(), None);
    }

    #[test]
    fn releasing_a_level_releases_those_inside() {
        let mut savepoints = Savepoints::default();
        for _ in 0..2 {
            savepoints.enter(0);
            savepoints.entered();
        }
        savepoints.keep();
        savepoints.keep();
        assert_eq!(
            (
                savepoints.depth(),
                savepoints.take_kept(),
                savepoints.take_kept()
            ),
            (0, Some(1), None)
        );
    }
}
