//! The text between the parentheses of an attribute.

use super::words::EXPRESSIONS;
use crate::choices::Choices;

const TRANSACTIONAL: &[&str] = &[
    "nested",
    "requires_new",
    "timeout = \"2s\"",
    "lock_timeout = \"250ms\"",
    "deferrable",
    "durability = relaxed",
    "name = \"transfer\"",
    "commit_on(BankError::WrongPassword { .. })",
    "commit_on(A::B | A::C(1..=3))",
    "map_err = to_status",
    "crate = crate::reexported",
    "crate = ::a::b",
];

const RETRY: &[&str] = &[
    "attempts = 5",
    "min_delay = \"10ms\"",
    "max_delay = \"1s\"",
    "max_elapsed = \"30s\"",
    "idempotent",
    "exactly_once",
    "when = is_busy",
    "when = <T as Busy>::is",
    "when = a::<B>::c",
    "crate = crate::reexported",
    "attempts = 1",
    "min_delay = \"0ms\"",
];

const TEST: &[&str] = &[
    "migrations = \"db\"",
    "migrations = false",
    "migrator = crate::MIGRATOR",
    "migrator = <T as Has>::MIGRATOR",
    "fixtures(\"users\", \"../posts.sql\",)",
    "fixtures(\"\")",
    "isolation = repeatable_read",
    "clone",
    "flavor = \"multi_thread\"",
    "crate = ::a::b",
];

const MISTAKES: &[&str] = &[
    "timeout",
    "timeout = 2",
    "timeout = \"2\"",
    "timeout = \"-1s\"",
    "timeout = \"99999999999999999999d\"",
    "timeout = \"\"",
    "timeout = \"½s\"",
    "timeout(\"2s\")",
    "nested = true",
    "nested(1)",
    "deferrable = 1",
    "durability",
    "durability = strict",
    "durability = \"relaxed\"",
    "commit_on",
    "commit_on()",
    "map_err",
    "map_err = |error| error",
    "commit_on(X)",
    "commit_on(x)",
    "commit_on(Err(x))",
    "commit_on(A::B if x)",
    "commit_on(A::B, A::C)",
    "commit_on(1 +)",
    "commit_on = A",
    "name = \"\"",
    "name = \" \"",
    "name",
    "crate",
    "crate = 1",
    "crate = a::<B>",
    "isolation = serializable",
    "isolation",
    "isolation = \"serializable\"",
    "migrations = true",
    "migrations = 1",
    "migrator = \"M\"",
    "fixtures",
    "fixtures()",
    "fixtures(users)",
    "fixtures(\"a\" \"b\")",
    "fixtures(path = \"a\", scripts(\"b\"))",
    "flavor = \"\"",
    "clone(1)",
    "read_only",
    "pool = p",
    "retry = 3",
    "attempts = 0",
    "attempts = -1",
    "attempts = 99999999999",
    "attempts = \"5\"",
    "attempts = 5u8",
    "when = |e| true",
    "when",
    "timout = \"2s\"",
    "max_delay = \"1ns\"",
    "min_delay = \"3h\"",
    "exactly_once = true",
    "idempotent()",
    "__retry_on_error",
    "__retry_on_error()",
    "__retry_on_error(attempts = 3)",
    "__retry_on_error(attempts = 0),",
    "from",
    "from =",
    "=",
    "==",
    "1",
    "\"text\"",
    "'a",
    "(nested)",
    "[nested]",
    "{ nested }",
    "nested nested",
    "a.b",
    "::nested",
    "r#nested",
    "größe",
    "#",
    "$",
    "=>",
    "r#from = &a",
    "crate::nested",
];

pub(super) fn transactional(choices: &mut Choices<'_>) -> String {
    list(choices, TRANSACTIONAL)
}

pub(super) fn retry_on_error(choices: &mut Choices<'_>) -> String {
    list(choices, RETRY)
}

pub(super) fn test(choices: &mut Choices<'_>) -> String {
    list(choices, TEST)
}

fn list(choices: &mut Choices<'_>, known: &[&str]) -> String {
    let mut options = Vec::new();
    for _ in 0..choices.below(4) {
        options.push(match choices.below(12) {
            0..=8 => choices.one_of(known).to_owned(),
            9 => format!("from = {}", choices.one_of(EXPRESSIONS)),
            10 if choices.rarely(2) => choices.one_of(known).to_owned(),
            _ => choices.one_of(MISTAKES).to_owned(),
        });
    }
    let separator = if choices.rarely(16) {
        choices.one_of(&[" ", ";", ",,", ", ,"])
    } else {
        ", "
    };
    let mut text = options.join(separator);
    if choices.rarely(8) {
        text.push(',');
    }
    text
}
