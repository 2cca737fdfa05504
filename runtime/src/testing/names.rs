//! The names of the databases that tests create. Databases are dropped by their names, so a name
//! counts as one of these only if it matches exactly. A database with any other name is never
//! dropped.

const PREFIX: &str = "sqlx_tx_";
/// The length of a fingerprint in hexadecimal digits.
const DIGITS: usize = 16;

/// The purpose of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The database of one test.
    Clone,
    /// A migrated database that clones are copied from.
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

    /// The name of a database. `scope` is the fingerprint of the database that it was made from,
    /// and 0 for a directory. For a template, the fingerprint covers the source of the migrations
    /// too. `number` tells databases of one scope apart.
    pub(super) fn name(self, scope: u64, number: u64) -> String {
        format!("{}{number:0DIGITS$x}", self.prefix(scope))
    }

    /// Whether `name` is exactly a name of this kind and scope.
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
