//! The savepoints of a transaction: itself, and the savepoints that are open in it. Pure bookkeeping of
//! what each may no longer do.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// All open savepoints; there is always one.
#[derive(Default)]
pub(crate) struct Savepoints {
    outermost: RollbackScope,
    nested: Vec<RollbackScope>,
    left: Option<EndedSavepoint>,
    /// The depth at which the canary was set: a savepoint that nothing but us releases, so that it
    /// is gone if the transaction is.
    canary: Option<usize>,
}

/// A savepoint that is still set on the server although its level has ended; those inside of it go
/// with it.
#[derive(Clone, Copy)]
struct EndedSavepoint {
    depth: usize,
    end: SavepointEnd,
}

/// How the level ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SavepointEnd {
    /// In order: what is done next is no part of it.
    Kept,
    /// It has to be rolled back to.
    ToUndo,
    /// It was rolled back to. It holds nothing, and can stay until the next SAVEPOINT or COMMIT
    /// takes it along.
    Undone,
}

/// A transaction, or a savepoint of it.
#[derive(Default)]
pub(crate) struct RollbackScope {
    /// The function whose failure cannot be taken out of this level any more: only a rollback
    /// undoes what it wrote.
    pub(crate) failed_by: Option<&'static str>,
    /// The function that owns this level has asked for its rollback.
    pub(crate) rollback_only: bool,
    /// Whether its savepoint is known to exist.
    set: bool,
    /// How many hooks were waiting for COMMIT when it was entered.
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

    /// A level whose SAVEPOINT is about to be sent.
    pub(crate) fn enter(&mut self, hooks: usize) {
        self.nested.push(RollbackScope {
            hooks,
            ..RollbackScope::default()
        });
    }

    /// The SAVEPOINT of the innermost level was acknowledged.
    pub(crate) fn entered(&mut self) {
        self.innermost().set = true;
    }

    /// Ends the innermost level in order: what was done in it becomes part of the level around it.
    pub(crate) fn keep(&mut self) {
        self.left = Some(EndedSavepoint {
            depth: self.depth(),
            end: SavepointEnd::Kept,
        });
        self.nested.pop();
        self.forget_canary();
    }

    /// Gives up every level below `depth` savepoints. Returns how many hooks remain. A level whose
    /// SAVEPOINT was not acknowledged has had no statement in it: there is nothing to undo, and a
    /// savepoint that may have been set all the same does no harm.
    pub(crate) fn abandon(&mut self, depth: usize) -> Option<usize> {
        let outer = self.nested.drain(depth..).next()?;
        if outer.set {
            self.left = Some(EndedSavepoint {
                depth: depth + 1,
                end: SavepointEnd::ToUndo,
            });
        }
        self.forget_canary();
        Some(outer.hooks)
    }

    /// The canary goes with the level in which it was set.
    fn forget_canary(&mut self) {
        let depth = self.depth();
        self.canary.take_if(|canary| *canary > depth);
    }

    /// Whether nothing would tell yet that the transaction was ended behind our back.
    pub(crate) fn needs_canary(&self) -> bool {
        self.canary.is_none()
    }

    /// What is left from before is not released any more, but by COMMIT: the canary would go with
    /// it.
    pub(crate) fn canary_was_set(&mut self) {
        self.left = None;
        self.canary = Some(self.depth());
    }

    /// COMMIT, after the release of the outermost savepoint that is set: where there is one, it
    /// proves that this is still our transaction.
    pub(crate) fn commit(&self) -> SqlStr {
        match (self.canary, self.left) {
            (Some(_), _) => SqlStr::from_static("RELEASE SAVEPOINT sqlx_tx_canary; COMMIT"),
            (None, Some(left)) => {
                AssertSqlSafe(format!("RELEASE SAVEPOINT sqlx_tx_{}; COMMIT", left.depth))
                    .into_sql_str()
            }
            (None, None) => SqlStr::from_static("COMMIT"),
        }
    }

    /// The innermost level can only be rolled back as a whole: what is left inside of it goes with
    /// it.
    pub(crate) fn forget_ended(&mut self) {
        self.left = None;
    }

    /// The savepoint that has to be rolled back to before anything else is sent.
    pub(crate) fn to_undo(&self) -> Option<usize> {
        self.left
            .filter(|left| left.end == SavepointEnd::ToUndo)
            .map(|left| left.depth)
    }

    /// What [`to_undo`](Self::to_undo) asked for is done.
    pub(crate) fn undone(&mut self) {
        if let Some(left) = &mut self.left {
            left.end = SavepointEnd::Undone;
        }
    }

    /// The savepoint to release before the next statement.
    pub(crate) fn take_kept(&mut self) -> Option<usize> {
        self.left
            .take_if(|left| left.end == SavepointEnd::Kept)
            .map(|left| left.depth)
    }

    /// The savepoint to release before the next one, or they would pile up in a loop.
    pub(crate) fn take_any(&mut self) -> Option<usize> {
        self.left
            .take_if(|left| left.end != SavepointEnd::ToUndo)
            .map(|left| left.depth)
    }
}

/// The statements about savepoints, each one message.
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
