//! The text that users write below the attributes, with and without mistakes.

mod blocks;
mod functions;
mod options;
mod words;

use crate::{choices::Choices, targets::Target};

/// The options and the item.
pub(crate) fn input(target: Target, choices: &mut Choices<'_>) -> (String, String) {
    let options = match target {
        Target::Transactional => options::transactional(choices),
        Target::RetryOnError => options::retry_on_error(choices),
        Target::TransactionalMethods if choices.rarely(12) => options::transactional(choices),
        Target::TransactionalMethods => String::new(),
        Target::Test => options::test(choices),
    };
    let is_block = (target == Target::TransactionalMethods) != choices.rarely(24);
    let item = if choices.rarely(24) {
        choices.one_of(OTHER_ITEMS).to_owned()
    } else if is_block {
        blocks::block(choices)
    } else if target == Target::RetryOnError && !choices.rarely(3) {
        // The other attribute usually stands below it.
        let below = format!("#[transactional({})] ", options::transactional(choices));
        functions::function(choices, &below)
    } else if target == Target::Test && !choices.rarely(4) {
        functions::test(choices)
    } else {
        functions::function(choices, "")
    };
    (options, item)
}

const OTHER_ITEMS: &[&str] = &[
    "",
    "struct Bank;",
    "pub enum Kind { A, B(u8) }",
    "trait Orders { async fn place(&self) -> Result<(), Error>; }",
    "mod inner { fn f() {} }",
    "use a::{b, c as d};",
    "const N: usize = 3;",
    "static S: &str = \"\";",
    "macro_rules! m { ($a:expr) => { $a }; }",
    "extern \"C\" { fn f(); }",
    "type T = u8;",
    "let x = async move { 1 };",
    "f(1)",
    "async fn",
    "fn f",
    "async fn f()",
    "async fn f(session: &mut Session<Sqlite>) -> Result<(), Error> = body;",
    "pub",
    "#[doc = \"x\"]",
    "impl",
    "impl Bank",
    "impl Bank;",
    "{ }",
    "pub async fn f(session: &mut Session<Sqlite>) -> Result<(), Error>;",
];
