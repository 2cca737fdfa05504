//! What databases of tests are called: nobody calls theirs so, and nothing that is called otherwise
//! is ever dropped.

const PREFIX: &str = "sqlx_tx_";
/// Of a fingerprint.
const DIGITS: usize = 16;

/// What a database is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A test's own.
    Clone,
    /// What those are copied from.
    Template,
}

impl Kind {
    fn prefix(self, scope: u64) -> String {
        let kind = match self {
            Self::Clone => "clone",
            Self::Template => "template",
        };
        format!("{PREFIX}{kind}_{scope:0DIGITS$x}_")
    }

    /// `scope` is what it belongs to, `number` which one of those it is.
    pub(super) fn name(self, scope: u64, number: u64) -> String {
        format!("{}{number:0DIGITS$x}", self.prefix(scope))
    }

    /// Whether `name` is that of one that belongs to `scope`, to the letter.
    pub(super) fn is(self, scope: u64, name: &str) -> bool {
        name.strip_prefix(&self.prefix(scope))
            .is_some_and(|number| {
                number.len() == DIGITS
                    && number
                        .bytes()
                        .all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_to_the_letter_is_ours() {
        let name = Kind::Clone.name(7, 0xabc);
        assert_eq!(name, "sqlx_tx_clone_0000000000000007_0000000000000abc");
        assert!(Kind::Clone.is(7, &name));
        for (kind, scope) in [(Kind::Clone, 8), (Kind::Template, 7)] {
            assert!(!kind.is(scope, &name), "{kind:?} {scope}");
        }
        let others = [
            "sqlx_tx_clone_0000000000000007_",
            "sqlx_tx_clone_0000000000000007_0000000000000ABC",
            "sqlx_tx_shop",
            "shop",
        ];
        for other in others.into_iter().map(ToOwned::to_owned).chain([
            format!("{name}0"),
            format!("{name}_backup"),
            format!("my_{name}"),
        ]) {
            assert!(!Kind::Clone.is(7, &other), "{other}");
        }
    }
}
