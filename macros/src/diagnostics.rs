//! Error messages: one [`Message`] for each mistake in the user's code, and [`Diagnostics`], which
//! collects them so that one build shows all mistakes of an item.
//!
//! A message says what is wrong, why where that is not obvious (`note:`), and what to type next
//! (`help:`). The texts themselves stand with the rules that report them.

use std::fmt::{self, Display};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Error;

/// The mistakes found so far in one item.
///
/// [`collect`](Self::collect) creates it and emits what it holds, so no mistake can be lost.
pub(crate) struct Diagnostics {
    errors: Vec<Error>,
}

impl Diagnostics {
    /// Runs `expand`, and returns the mistakes that it reported, followed by the tokens that it
    /// returned. Each mistake is a `compile_error!`, which is valid wherever an item is: in a
    /// module, an `impl` block or a body.
    pub(crate) fn collect(expand: impl FnOnce(&mut Self) -> TokenStream) -> TokenStream {
        let mut diagnostics = Self { errors: Vec::new() };
        let output = expand(&mut diagnostics);
        let errors = diagnostics.errors.iter().map(Error::to_compile_error);
        quote!(#(#errors)* #output)
    }

    /// Reports `message` on `tokens`: the smallest thing that the user has to change.
    pub(crate) fn report(&mut self, tokens: impl ToTokens, message: Message) {
        self.push(message.at(tokens));
    }

    pub(crate) fn push(&mut self, error: Error) {
        self.errors.push(error);
    }

    /// Whether nothing was reported yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }
}

/// The text for one mistake. Each part is on a line of its own, which rustc aligns under the first.
pub(crate) struct Message {
    text: String,
}

impl Message {
    pub(crate) fn new(what: impl Display) -> Self {
        Self {
            text: what.to_string(),
        }
    }

    pub(crate) fn note(self, why: impl Display) -> Self {
        self.line("note", why)
    }

    pub(crate) fn help(self, how: impl Display) -> Self {
        self.line("help", how)
    }

    pub(crate) fn at(self, tokens: impl ToTokens) -> Error {
        Error::new_spanned(tokens, self)
    }

    fn line(mut self, kind: &str, text: impl Display) -> Self {
        self.text = format!("{self}\n{kind}: {text}");
        self
    }
}

impl Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The tokens with the spaces that a user would type: `Session<Postgres>` for
/// `Session < Postgres >`.
pub(crate) fn as_typed(tokens: impl ToTokens) -> String {
    let spaced = tokens.into_token_stream().to_string();
    [
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" :: ", "::"),
        (":: ", "::"),
        ("& ", "&"),
        (" : ", ": "),
    ]
    .iter()
    .fold(spaced, |text, (from, to)| text.replace(from, to))
}

/// The one of `known` that `written` is probably a misspelling of.
pub(crate) fn closest<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // One wrong letter for every three, and two at most: a short word with two is another word.
    let allowed = (written.chars().count() / 3).min(2);
    known
        .into_iter()
        .map(|name| (distance(written, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// How many letters of `a` to insert, remove, replace or swap with their neighbour to get `b`: the
/// optimal string alignment distance.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replace.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_option_and_another_word_does_not() {
        let known = ["from", "timeout", "requires_new", "name"];
        for (written, expected) in [
            ("timout", Some("timeout")),
            ("tiemout", Some("timeout")),
            ("require_new", Some("requires_new")),
            ("form", Some("from")),
            ("names", Some("name")),
            ("isolation", None),
            ("pool", None),
            ("x", None),
        ] {
            assert_eq!(closest(written, known), expected, "{written}");
        }
    }

    #[test]
    fn every_mistake_is_emitted_before_the_item() {
        let output = Diagnostics::collect(|diagnostics| {
            assert!(diagnostics.is_empty());
            let message = Message::new("one").note("why").help("how");
            diagnostics.report(quote!(a), message);
            diagnostics.report(quote!(b), Message::new("two"));
            assert!(!diagnostics.is_empty());
            quote!(
                struct Item;
            )
        });
        let output = output.to_string();
        assert_eq!(output.matches("compile_error").count(), 2, "{output}");
        assert!(output.contains(r"one\nnote: why\nhelp: how"), "{output}");
        assert!(output.ends_with("struct Item ;"), "{output}");
    }
}
