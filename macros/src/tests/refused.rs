//! What is refused: with which words, and that the user's function stays where it can be called.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Block, Ident, ImplItem, Item, LitStr, Macro};

use super::{expand, split};

/// Checks the first line of each message in the expansion of `source`, and that everything that
/// `source` declares is still there.
pub(super) fn check(source: &str, headlines: &[&str]) {
    let (_, item) = split(source);
    let (expansion, written) = (expand(source), Parts::of(&item));
    assert_shown(&expansion);
    let expanded = Parts::of(&expansion);
    let said: Vec<_> = expanded
        .messages
        .iter()
        .filter_map(|message| message.lines().next())
        .collect();
    assert_eq!(said, headlines, "{source}");
    for (name, _) in &written.functions {
        // The body is the user's, or none where the compiler could not check it.
        let stays = expanded.functions.iter().any(|(other, body)| {
            other == name && (body.contains("body ()") || body.contains("loop { }"))
        });
        assert!(stays, "`{name}` is lost: {expansion}");
    }
    for other in &written.others {
        assert!(expanded.others.contains(other), "{other} is lost");
    }
}

/// Every message of `expansion` is one that a program of ui-tests/fail shows, word for word: there
/// the compiler says where it points.
pub(super) fn assert_shown(expansion: &TokenStream) {
    for message in Parts::of(expansion).messages {
        assert!(
            SHOWN.contains(&lines(&message)),
            "no program of ui-tests/fail has this error:\n{message}"
        );
    }
}

static SHOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui-tests/fail");
    let mut shown = BTreeSet::new();
    for topic in fs::read_dir(root).unwrap() {
        for file in fs::read_dir(topic.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            if file
                .extension()
                .is_some_and(|extension| extension == "stderr")
            {
                let text = fs::read_to_string(file).unwrap();
                let blocks = text.split("\n\n").filter_map(|block| {
                    let (message, _) = block.strip_prefix("error: ")?.split_once("-->")?;
                    Some(lines(message))
                });
                shown.extend(blocks);
            }
        }
    }
    shown
});

/// The lines without their indentation, which the compiler adds.
fn lines(message: &str) -> String {
    let lines: Vec<_> = message.trim().lines().map(str::trim).collect();
    lines.join("\n")
}

/// What tokens declare.
#[derive(Default)]
struct Parts {
    /// Of `compile_error!`.
    messages: Vec<String>,
    /// Names and bodies.
    functions: Vec<(Ident, String)>,
    others: Vec<String>,
}

impl Parts {
    fn of(tokens: &TokenStream) -> Self {
        let mut parts = Self::default();
        // Methods are no items.
        let items = match syn::parse2::<syn::File>(tokens.clone()) {
            Ok(file) => file.items,
            Err(_) => vec![syn::parse2(quote!(impl Type { #tokens })).unwrap()],
        };
        for item in items {
            match item {
                Item::Macro(item) => parts.message(&item.mac),
                Item::Fn(item) => parts.function(item.sig.ident, &item.block),
                Item::Impl(item) if !item.items.is_empty() => {
                    item.items.into_iter().for_each(|item| parts.method(item));
                }
                other => parts.others.push(text(&other)),
            }
        }
        parts
    }

    fn method(&mut self, item: ImplItem) {
        match item {
            ImplItem::Macro(item) => self.message(&item.mac),
            ImplItem::Fn(item) => self.function(item.sig.ident, &item.block),
            other => self.others.push(text(&other)),
        }
    }

    fn message(&mut self, macro_: &Macro) {
        assert!(macro_.path.segments.last().unwrap().ident == "compile_error");
        let message: LitStr = syn::parse2(macro_.tokens.clone()).unwrap();
        self.messages.push(message.value());
    }

    fn function(&mut self, name: Ident, body: &Block) {
        self.functions.push((name, text(body)));
    }
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}
