//! `impl` blocks.

use super::functions;
use crate::choices::Choices;

const HEADS: &[&str] = &[
    "impl Bank",
    "impl Orders for Shop",
    "#[async_trait] impl Orders for Shop",
    "impl<const N: usize> Orders for Shop<{ N + 1 }>",
    "impl<'a, T: Clone> a::B<'a, T> where T: Send",
    "unsafe impl Orders for Shop",
    "default impl<T> Orders for T",
    "impl !Orders for Shop",
    "impl const Orders for Shop",
    "trait Orders",
    "impl<T> (T, T)",
    "impl [u8] {} impl Bank",
    "mod inner",
    "impl Bank for",
    "pub impl Bank",
];

const OTHERS: &[&str] = &[
    "const LIMIT: usize = { 3 };",
    "type Order = Vec<u8>;",
    "fn untouched(&self) -> usize { 3 }",
    "m!();",
    "m! { a }",
    "pub(crate) const fn c() {}",
    "#[transactional] const A: u8 = 1;",
    "#[transactional] type B = u8;",
    "#![inner]",
    "fn bodyless();",
    "1",
    "async fn f",
    ";",
    "default fn d() {}",
    "#[doc = \"x\"]",
];

pub(super) fn block(choices: &mut Choices<'_>) -> String {
    let head = if choices.rarely(3) {
        choices.one_of(HEADS)
    } else {
        HEADS[0]
    };
    let items: Vec<String> = (0..choices.below(4))
        .map(|_| {
            if choices.rarely(6) {
                choices.one_of(OTHERS).to_owned()
            } else {
                functions::method(choices)
            }
        })
        .collect();
    format!("{head} {{ {} }}", items.join(" "))
}
