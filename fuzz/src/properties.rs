//! The properties that hold for every expansion.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{ImplItem, Item, ItemImpl, parse::Parser as _};

use crate::{
    function::Function,
    targets::{Target, below},
};

/// The number of attributes that an expansion may leave for the compiler, one after the other. More
/// than users write.
const LEFT: usize = 16;

/// Expands all attributes, and returns whether no step had an error. Fails with the first property
/// that does not hold.
pub(crate) fn check(
    target: Target,
    options: &TokenStream,
    item: &TokenStream,
) -> Result<bool, String> {
    let (mut accepted, mut expansion) = step(target, options, item)?;
    for _ in 0..LEFT {
        let Some(next) = below(&expansion) else {
            return Ok(accepted);
        };
        let (is_accepted, inner) = step(next.target, &next.options, &next.item)?;
        accepted &= is_accepted;
        let (before, after) = (next.before, next.after);
        expansion = quote!(#before #inner #after);
    }
    Err(format!(
        "{LEFT} attributes were expanded, and there is one more in\n{expansion}"
    ))
}

fn step(
    target: Target,
    options: &TokenStream,
    item: &TokenStream,
) -> Result<(bool, TokenStream), String> {
    let expansion = target.expand(options, item);
    let shown = || {
        format!(
            "#[{}({options})]\n{item}\nbecomes\n{expansion}",
            target.name()
        )
    };
    if expansion.to_string() != target.expand(options, item).to_string() {
        return Err(format!("a second expansion is another one: {}", shown()));
    }
    if is_the_resolving_one(target, options) {
        return if expansion.is_empty() {
            Ok((true, expansion))
        } else {
            Err(format!("not removed: {}", shown()))
        };
    }
    let errors = errors(&expansion);
    let is_function = syn::parse2::<Function>(item.clone()).is_ok();
    // The compiler refuses other items before it looks for attributes.
    let is_whole = (is_function || is_item(item) || is_like_a_block(item))
        && !is_torn(item)
        && !is_torn(options);
    if is_whole && errors.iter().any(|shown| shown.source_text().is_none()) {
        return Err(format!("an error points nowhere: {}", shown()));
    }
    if is_item(item) && !is_rust(&expansion) {
        return Err(format!("no Rust: {}", shown()));
    }
    let (written, left) = (
        functions(item, !is_function),
        functions(&expansion, !is_function),
    );
    // `__retry_on_error` marks a function that only exists between two expansions.
    if left != written && !item.to_string().contains("__retry_on_error") {
        return Err(format!(
            "of the functions {written:?} there are {left:?}: {}",
            shown()
        ));
    }
    if !is_function
        && target != Target::TransactionalMethods
        && !expansion.to_string().ends_with(&item.to_string())
    {
        return Err(format!("what was not understood is gone: {}", shown()));
    }
    if count(&expansion) > 4000 + 100 * (count(options) + count(item)) {
        return Err(format!("too large to compile: {}", shown()));
    }
    Ok((errors.is_empty(), expansion))
}

/// The mark that `#[transactional]` leaves for `#[retry_on_error]` to remove.
fn is_the_resolving_one(target: Target, options: &TokenStream) -> bool {
    target == Target::RetryOnError && options.to_string() == "__retry_on_error"
}

/// The spans of the errors of an expansion: `::core::compile_error!{..}`, at its head or between
/// the items of a block.
fn errors(expansion: &TokenStream) -> Vec<Span> {
    let tokens = plain(expansion);
    let mut spans = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) if ident == "compile_error" => {
                spans.push(ident.span());
                spans.extend(tokens.get(index + 2).map(TokenTree::span));
            }
            TokenTree::Group(group) if is_block(&tokens, index) => {
                spans.extend(errors(&group.stream()));
            }
            _ => {}
        }
    }
    spans
}

/// The braces of an `impl` block around something other than its items.
fn is_like_a_block(item: &TokenStream) -> bool {
    let mut tokens: Vec<TokenTree> = item.clone().into_iter().collect();
    let braces = tokens.pop().filter(
        |last| matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace),
    );
    let head: TokenStream = tokens.into_iter().collect();
    braces.is_some() && syn::parse2::<ItemImpl>(quote!(#head {})).is_ok()
}

/// Whether the token at `index` is the braces of an `impl` block. Its expansion keeps the block as
/// one.
fn is_block(tokens: &[TokenTree], index: usize) -> bool {
    index + 1 == tokens.len()
        && tokens
            .iter()
            .any(|token| matches!(token, TokenTree::Ident(ident) if ident == "impl"))
}

/// An item of a module, or of an `impl` block.
fn is_item(tokens: &TokenStream) -> bool {
    syn::parse2::<Item>(tokens.clone()).is_ok() || syn::parse2::<ImplItem>(tokens.clone()).is_ok()
}

/// Items of a module, or of an `impl` block.
fn is_rust(tokens: &TokenStream) -> bool {
    let methods = |input: syn::parse::ParseStream<'_>| {
        while !input.is_empty() {
            input.parse::<ImplItem>()?;
        }
        Ok(())
    };
    !tokens.is_empty()
        && (syn::parse2::<syn::File>(tokens.clone()).is_ok()
            || methods.parse2(tokens.clone()).is_ok())
}

/// The names of the functions, and of those `inside` a block, without the marked ones, which are
/// removed later.
fn functions(tokens: &TokenStream, inside: bool) -> Vec<String> {
    let tokens = plain(tokens);
    let mut names = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match (token, tokens.get(index + 1)) {
            (TokenTree::Ident(ident), Some(TokenTree::Ident(name)))
                if ident == "fn" && !is_left(&tokens[..index]) =>
            {
                names.push(name.to_string());
            }
            (TokenTree::Group(group), _) if inside && group.delimiter() == Delimiter::Brace => {
                names.extend(functions(&group.stream(), false));
            }
            _ => {}
        }
    }
    names
}

/// Whether there are invisible delimiters. The mutations put some where `macro_rules!` never does,
/// and syn has no position for what is missing at their end.
fn is_torn(tokens: &TokenStream) -> bool {
    let torn = |token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::None || is_torn(&group.stream()),
        _ => false,
    };
    tokens.clone().into_iter().any(torn)
}

/// The tokens without invisible delimiters.
fn plain(tokens: &TokenStream) -> Vec<TokenTree> {
    let look = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => plain(&group.stream()),
        other => vec![other],
    };
    tokens.clone().into_iter().flat_map(look).collect()
}

fn is_left(before: &[TokenTree]) -> bool {
    before
        .last()
        .is_some_and(|attribute| attribute.to_string().ends_with("(__retry_on_error)]"))
}

fn count(tokens: &TokenStream) -> usize {
    let each = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    };
    tokens.clone().into_iter().map(each).sum()
}
