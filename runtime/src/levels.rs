//! The levels of a transaction: itself, and the savepoints that are open in it. Pure bookkeeping of what each may no longer do.

/// All open levels; there is always one.
#[derive(Default)]
pub(crate) struct Levels {
    outermost: Level,
    nested: Vec<Level>,
}

/// A transaction, or a savepoint of it.
#[derive(Default)]
pub(crate) struct Level {
    /// The function whose failure cannot be taken out of this level any more: only a rollback undoes what it wrote.
    pub(crate) spoilt_by: Option<&'static str>,
    /// The function that owns this level has asked for its rollback.
    pub(crate) rollback_only: bool,
    /// Whether its savepoint is known to exist.
    set: bool,
    /// How many hooks were waiting for COMMIT when it was entered.
    hooks: usize,
}

impl Levels {
    /// The number of open savepoints.
    pub(crate) fn depth(&self) -> usize {
        self.nested.len()
    }

    pub(crate) fn innermost(&mut self) -> &mut Level {
        self.nested.last_mut().unwrap_or(&mut self.outermost)
    }

    /// A level whose SAVEPOINT is about to be sent.
    pub(crate) fn enter(&mut self, hooks: usize) {
        self.nested.push(Level { hooks, ..Level::default() });
    }

    /// The SAVEPOINT of the innermost level was acknowledged.
    pub(crate) fn entered(&mut self) {
        self.innermost().set = true;
    }

    /// Ends the innermost level in order.
    pub(crate) fn leave(&mut self) {
        self.nested.pop();
    }

    /// Ends every level below `depth` savepoints. Returns how many hooks remain, and whether there is anything to roll back: a level whose
    /// SAVEPOINT was not acknowledged has had no statement in it.
    pub(crate) fn abandon(&mut self, depth: usize) -> Option<(usize, bool)> {
        let outer = self.nested.drain(depth..).next()?;
        Some((outer.hooks, outer.set))
    }
}

/// The statements of the savepoint with this depth, each one message.
pub(crate) mod sql {
    use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

    pub(crate) fn set(depth: usize) -> SqlStr {
        AssertSqlSafe(format!("SAVEPOINT level_{depth}")).into_sql_str()
    }

    pub(crate) fn release(depth: usize) -> SqlStr {
        AssertSqlSafe(format!("RELEASE SAVEPOINT level_{depth}")).into_sql_str()
    }

    /// With the release, or savepoints pile up in a loop.
    pub(crate) fn undo(depth: usize) -> SqlStr {
        AssertSqlSafe(format!("ROLLBACK TO SAVEPOINT level_{depth}; RELEASE SAVEPOINT level_{depth}")).into_sql_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_belongs_to_the_innermost_level_and_goes_with_it() {
        let mut levels = Levels::default();
        levels.enter(0);
        levels.innermost().spoilt_by = Some("inner");
        levels.leave();
        assert!(levels.innermost().spoilt_by.is_none());
    }

    #[test]
    fn abandoning_ends_everything_inside() {
        let mut levels = Levels::default();
        for hooks in [2, 5] {
            levels.enter(hooks);
            levels.entered();
        }
        assert_eq!((levels.abandon(0), levels.depth()), (Some((2, true)), 0));
        levels.enter(0);
        assert_eq!(levels.abandon(0), Some((0, false)), "its SAVEPOINT was never acknowledged");
        assert_eq!(levels.abandon(0), None);
    }
}
