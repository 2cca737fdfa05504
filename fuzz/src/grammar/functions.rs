//! Functions of every kind, most of them valid.

use super::{
    options,
    words::{BODIES, NAMES, PATTERNS, RETURNED, SESSIONS, TYPES},
};
use crate::choices::Choices;

const ATTRIBUTES: &[&str] = &[
    "#[doc = \"Doc.\"]",
    "#[inline]",
    "#[must_use]",
    "#[instrument(skip(session))]",
    "#[allow(unused, reason = \"a\")]",
    "#[cfg(test)]",
    "#[transactional]",
    "#[sqlx_transactional::transactional(nested)]",
    "#[retry_on_error]",
    "#[retry_on_error(attempts = 3)]",
    "#[transactional = 3]",
    "#[retry_on_error = \"x\"]",
    "#[a::b(c)]",
    "#[path]",
    "#[transactional{nested}]",
    "#[transactional[]]",
];

const GENERICS: &[&str] = &[
    "",
    "<T>",
    "<'a, T: Clone + 'a, const N: usize>",
    "<'s>",
    "<'s, 'a: 's>",
    "<DB: Driver>",
    "<T = u8>",
    "<const N: usize = 3>",
    "<>",
    "<#[cfg(a)] T, >",
    "<T: ?Sized + for<'x> Fn(&'x u8)>",
];

const CLAUSES: &[&str] = &[
    "",
    "where T: Send",
    "where Self: Sized, T: 'a,",
    "where 's: 'a",
    "where",
    "where for<'x> &'x T: Clone, [(); N]:,",
];

const RECEIVERS: &[&str] = &[
    "&self",
    "&'a self",
    "&mut self",
    "self",
    "mut self",
    "self: Arc<Self>",
    "self: &Self",
    "self: Pin<&mut Self>",
    "self: &mut Session<Sqlite>",
    "#[session] &mut self",
    "#[cfg(a)] &self",
    "self: (&Self)",
    "mut self: Box<Self>",
];

const TEST_PARAMETERS: &[&str] = &[
    "db: Db<Postgres>",
    "mut db: Db<Any>",
    "sandbox: &Sandbox<Sqlite>",
    "Given(db): Given",
    "_: Db<MySql>",
    "#[allow(unused)] db: (Db<MySql>)",
    "sandbox: Sandbox<Sqlite>",
    "sandbox: &mut Sandbox<Sqlite>",
    "session: &mut Session<Sqlite>",
    "db: impl Into<Db<Postgres>>",
    "self",
];

/// A function that is a test.
pub(super) fn test(choices: &mut Choices<'_>) -> String {
    let attributes = choices.one_of(&[
        "",
        "",
        "#[ignore]",
        "#[should_panic(expected = \"a\")]",
        "#[tokio::test]",
        "#[transactional]",
    ]);
    let parameters = choices.some_of(TEST_PARAMETERS, 2, ", ");
    let (name, returned, body) = (
        choices.one_of(NAMES),
        choices.one_of(RETURNED),
        choices.one_of(BODIES),
    );
    format!("{attributes} async fn {name}({parameters}) -> {returned} {body}")
}

/// A function. `above` is placed directly above it, below its other attributes.
pub(super) fn function(choices: &mut Choices<'_>, above: &str) -> String {
    let attributes = if choices.rarely(5) {
        choices.some_of(ATTRIBUTES, 3, " ")
    } else {
        String::new()
    };
    let visibility = choices.one_of(&["", "", "pub", "pub(crate)", "pub(in a::b)"]);
    let qualifiers = if choices.rarely(8) {
        choices.one_of(&[
            "",
            "const",
            "const async",
            "async unsafe",
            "async extern \"C\"",
            "unsafe extern",
            "default async",
            "async gen",
            "async safe",
            "async async",
        ])
    } else {
        "async"
    };
    let (name, generics) = (
        choices.one_of(NAMES),
        if choices.rarely(3) {
            choices.one_of(GENERICS)
        } else {
            ""
        },
    );
    let parameters = parameters(choices);
    let returned = if choices.rarely(5) {
        choices.one_of(RETURNED)
    } else {
        RETURNED[0]
    };
    let returned = if choices.rarely(16) {
        String::new()
    } else {
        format!("-> {returned}")
    };
    let (clause, body) = (
        if choices.rarely(6) {
            choices.one_of(CLAUSES)
        } else {
            ""
        },
        if choices.rarely(40) {
            ";"
        } else {
            choices.one_of(BODIES)
        },
    );
    format!(
        "{attributes} {above}{visibility} {qualifiers} fn {name}{generics}({parameters}) {returned} {clause} {body}"
    )
}

/// A method with the attributes of the crate.
pub(super) fn method(choices: &mut Choices<'_>) -> String {
    let retry = if choices.rarely(3) {
        format!("#[retry_on_error({})] ", options::retry_on_error(choices))
    } else {
        String::new()
    };
    let transactional = match choices.below(6) {
        0 => "#[transactional]".to_owned(),
        1..=4 => format!("#[transactional({})]", options::transactional(choices)),
        _ => String::new(),
    };
    format!("{retry}{transactional} {}", function(choices, ""))
}

fn parameters(choices: &mut Choices<'_>) -> String {
    let mut all: Vec<String> = Vec::new();
    for _ in 0..choices.below(4) {
        all.push(format!(
            "{}: {}",
            choices.one_of(PATTERNS),
            choices.one_of(TYPES)
        ));
    }
    let sessions = if choices.rarely(8) {
        choices.below(3)
    } else {
        1
    };
    for _ in 0..sessions {
        let session = if choices.rarely(5) {
            choices.one_of(SESSIONS)
        } else {
            SESSIONS[0]
        };
        let place = choices.below(all.len() + 1);
        all.insert(place, session.to_owned());
    }
    if choices.rarely(4) {
        all.insert(0, choices.one_of(RECEIVERS).to_owned());
    }
    if choices.rarely(40) {
        all.push("...".to_owned());
    }
    if choices.rarely(8) {
        all.push(String::new());
    }
    all.join(", ")
}
