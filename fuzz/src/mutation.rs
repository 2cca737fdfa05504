//! Mutations of what the grammar has made: tokens are removed, doubled, swapped, or replaced by
//! other tokens.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::choices::Choices;

const DICTIONARY: &[&str] = &[
    "transactional",
    "retry_on_error",
    "session",
    "Session",
    "mut",
    "self",
    "Self",
    "async",
    "fn",
    "impl",
    "dyn",
    "where",
    "from",
    "crate",
    "await",
    "const",
    "unsafe",
    "extern",
    "default",
    "pub",
    "for",
    "ref",
    "box",
    "move",
    "_",
    "r#fn",
    "'a",
    "'static",
    "'_",
    "1",
    "0xffu8",
    "1.5",
    "\"text\"",
    "b\"text\"",
    "c\"text\"",
    "'c'",
    "r##\"raw\"##",
    "#",
    "#!",
    "!",
    "&",
    "&&",
    "&mut",
    "*",
    "=",
    "==",
    "=>",
    "->",
    "<",
    ">",
    ">>",
    "::",
    ":",
    ",",
    ";",
    ".",
    "..",
    "...",
    "..=",
    "|",
    "||",
    "?",
    "@",
    "$",
    "~",
    "^",
    "-",
    "+",
    "%",
    "()",
    "[]",
    "{}",
    "#[session]",
    "#[transactional]",
    "#[retry_on_error]",
    "#[cfg(a)]",
    "#![a]",
    "<'a, T>",
    "(&mut Session<Sqlite>)",
    "größe",
];

/// The tokens with a few mutations, or unchanged if the result cannot be tokenized.
pub(crate) fn mutated(tokens: TokenStream, choices: &mut Choices<'_>) -> TokenStream {
    let mut slips = choices.below(4);
    let mut now = tokens.clone();
    while slips > 0 {
        now = slip(now, choices, 0);
        slips -= 1;
    }
    // Converted to text and back, so that punctuation joins as it is written, and all tokens have
    // positions in one source.
    let read = now.to_string().parse().unwrap_or(tokens);
    if choices.rarely(6) {
        grouped(read, choices, 0)
    } else {
        read
    }
}

fn slip(tokens: TokenStream, choices: &mut Choices<'_>, depth: usize) -> TokenStream {
    let mut list: Vec<TokenTree> = tokens.into_iter().collect();
    let place = choices.below(list.len());
    if let (Some(TokenTree::Group(group)), true) =
        (list.get(place), depth < 8 && !choices.rarely(4))
    {
        list[place] = TokenTree::Group(Group::new(
            group.delimiter(),
            slip(group.stream(), choices, depth + 1),
        ));
        return list.into_iter().collect();
    }
    match choices.below(7) {
        0 if place < list.len() => {
            list.remove(place);
        }
        1 if place < list.len() => list.insert(place, list[place].clone()),
        2 if place + 1 < list.len() => list.swap(place, place + 1),
        3 if place < list.len() => {
            list.splice(place..=place, word(choices));
        }
        4 if place < list.len() => {
            let copy = list[choices.below(list.len())].clone();
            list.insert(place, copy);
        }
        5 => {
            if let Some(TokenTree::Group(group)) = list.get(place).cloned() {
                let delimiters = [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace];
                match delimiters.get(choices.below(4)) {
                    Some(delimiter) => {
                        list[place] = TokenTree::Group(Group::new(*delimiter, group.stream()));
                    }
                    None => drop(list.splice(place..=place, group.stream())),
                }
            }
        }
        _ => drop(list.splice(place..place, word(choices))),
    }
    list.into_iter().collect()
}

fn word(choices: &mut Choices<'_>) -> TokenStream {
    choices.one_of(DICTIONARY).parse().unwrap_or_default()
}

/// Puts invisible delimiters around a few tokens, as `macro_rules!` does around its fragments.
fn grouped(tokens: TokenStream, choices: &mut Choices<'_>, depth: usize) -> TokenStream {
    let mut list: Vec<TokenTree> = tokens.into_iter().collect();
    let place = choices.below(list.len());
    if let (Some(TokenTree::Group(group)), true) =
        (list.get(place), depth < 8 && !choices.rarely(3))
    {
        let mut inner = Group::new(
            group.delimiter(),
            grouped(group.stream(), choices, depth + 1),
        );
        inner.set_span(group.span());
        list[place] = TokenTree::Group(inner);
        return list.into_iter().collect();
    }
    let end = (place + choices.below(4)).min(list.len());
    let matched: Vec<TokenTree> = list.drain(place..end).collect();
    if let Some(first) = matched.first().map(TokenTree::span) {
        let mut group = Group::new(Delimiter::None, matched.into_iter().collect());
        group.set_span(first);
        list.insert(place, TokenTree::Group(group));
    }
    list.into_iter().collect()
}

/// Random tokens.
pub(crate) fn random(choices: &mut Choices<'_>, depth: usize) -> TokenStream {
    let mut tokens = TokenStream::new();
    for _ in 0..choices.below(8) {
        if depth < 4 && choices.rarely(4) {
            let delimiters = [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace];
            let delimiter = delimiters[choices.below(3)];
            tokens.extend([TokenTree::Group(Group::new(
                delimiter,
                random(choices, depth + 1),
            ))]);
        } else {
            tokens.extend(word(choices));
        }
    }
    if depth == 0 {
        tokens.to_string().parse().unwrap_or_default()
    } else {
        tokens
    }
}
