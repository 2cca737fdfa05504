//! The syntax of an attribute's options: `key`, `key = value` or `key(..)`, separated by commas. An
//! option with a mistake is reported and skipped, so that the options after it are still read.
//!
//! The `args` of each macro says which options exist. What they mean together is in its `model`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{
    Expr, ExprPath, Lit, LitInt, LitStr, Pat, Path, Token,
    ext::IdentExt as _,
    parenthesized,
    parse::{Parse, ParseBuffer, ParseStream, Parser as _},
    token::Paren,
};

use crate::{
    diagnostics::{Diagnostics, Message, closest},
    duration,
};

/// An option that exists.
pub(crate) struct Known {
    pub(crate) key: &'static str,
    /// The option with a typical value, for help lines.
    pub(crate) example: &'static str,
}

/// Names that users of other libraries try as options, and for each group of them what to write
/// instead.
pub(crate) type Hints = &'static [(&'static [&'static str], &'static str)];

/// Calls `read`, which parses the value, for each option that is in `known`. Reports the others.
pub(crate) fn read_each(
    options: TokenStream,
    known: &'static [Known],
    hints: Hints,
    diagnostics: &mut Diagnostics,
    mut read: impl FnMut(&Entry<'_>) -> syn::Result<()>,
) {
    let mut seen = Vec::new();
    let all = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let result = find(input, known, hints).and_then(|option| {
                if seen.contains(&option.known.key) {
                    return Err(
                        Message::new(format_args!("`{}` is set twice", option.known.key))
                            .help("keep one of them")
                            .at(&option.key),
                    );
                }
                seen.push(option.known.key);
                read(&option)
            });
            if let Err(error) = result.and_then(|()| expect_comma(input)) {
                diagnostics.push(error);
            }
            skip_past_comma(input)?;
        }
        Ok(())
    };
    if let Err(error) = all.parse2(options) {
        diagnostics.push(error);
    }
}

/// An option after its key. The methods parse the value.
pub(crate) struct Entry<'a> {
    pub(crate) key: Ident,
    pub(crate) known: &'static Known,
    input: ParseStream<'a>,
}

impl<'a> Entry<'a> {
    /// An option without a value. Returns the key.
    pub(crate) fn flag(&self) -> syn::Result<Ident> {
        // Before any other token a comma is missing, and `expect_comma` reports that.
        if !self.input.peek(Token![=]) && !self.input.peek(Paren) {
            return Ok(self.key.clone());
        }
        Err(
            Message::new(format_args!("`{}` takes no value", self.known.key))
                .help(self.example())
                .at(&self.key),
        )
    }

    pub(crate) fn expression(&self) -> syn::Result<Expr> {
        self.value(Expr::parse, "an expression")
    }

    pub(crate) fn path(&self) -> syn::Result<Path> {
        let parse = |input: ParseStream<'_>| match Path::parse_mod_style(input)? {
            path if path.segments.iter().any(|segment| segment.ident == "Self") => {
                Err(input.error("a type has no modules"))
            }
            path => Ok(path),
        };
        self.value(parse, "the path of a module")
    }

    pub(crate) fn string(&self) -> syn::Result<LitStr> {
        self.value(<LitStr as Parse>::parse, "a string")
    }

    /// A duration as a string, in nanoseconds. `default` is what holds without the option.
    pub(crate) fn duration(&self, default: &str) -> syn::Result<u64> {
        duration::nanoseconds(self.known.key, &self.string()?, default)
    }

    /// A whole number from 1 on.
    pub(crate) fn count(&self) -> syn::Result<u32> {
        let parse = |input: ParseStream<'_>| match input.parse::<LitInt>()? {
            // syn parses `-5` and `5u8` as literals too.
            count if count.suffix().is_empty() && !count.base10_digits().starts_with('-') => {
                Ok(count)
            }
            other => Err(input.error(other)),
        };
        let literal = self.value(parse, "a whole number")?;
        match literal.base10_parse::<u32>() {
            Ok(0) => Err(Message::new(format_args!(
                "`{} = 0` would run nothing at all",
                self.known.key
            ))
            .help(format_args!(
                "write how often the function may run in all, as in `{}`",
                self.known.example
            ))
            .at(literal)),
            Ok(count) => Ok(count),
            Err(_) => Err(Message::new(format_args!("`{literal}` is too large"))
                .help(self.example())
                .at(literal)),
        }
    }

    /// The path of a function.
    pub(crate) fn function(&self) -> syn::Result<ExprPath> {
        self.value(<ExprPath as Parse>::parse, "the path of a function")
    }

    /// The path of a static.
    pub(crate) fn of_static(&self) -> syn::Result<ExprPath> {
        self.value(<ExprPath as Parse>::parse, "the path of a static")
    }

    /// One of `words`, without quotes.
    pub(crate) fn word(&self, words: &[&str]) -> syn::Result<Ident> {
        let parse = |input: ParseStream<'_>| match input.parse::<Ident>()? {
            ident if words.iter().any(|word| ident == word) => Ok(ident),
            other => Err(input.error(other)),
        };
        self.value(parse, &format!("one word: `{}`", words.join("`, `")))
    }

    /// A string, or `false`.
    pub(crate) fn string_or_false(&self) -> syn::Result<Option<LitStr>> {
        let parse = |input: ParseStream<'_>| match input.parse::<Lit>()? {
            Lit::Str(string) => Ok(Some(string)),
            Lit::Bool(literal) if !literal.value => Ok(None),
            other => Err(input.error(other.to_token_stream())),
        };
        self.value(parse, "a string, or `false`")
    }

    /// Strings in parentheses.
    pub(crate) fn strings(&self) -> syn::Result<Vec<LitStr>> {
        let content = self.in_parentheses("strings", "a string")?;
        let mut strings = Vec::new();
        while !content.is_empty() {
            let first: TokenTree = content.fork().parse()?;
            let string = content.parse::<LitStr>();
            let Some(string) = string
                .ok()
                .filter(|_| content.is_empty() || content.peek(Token![,]))
            else {
                skip_rest(&content)?;
                let key = self.known.key;
                let message =
                    Message::new(format_args!("`{key}` takes strings, separated by commas"));
                return Err(message.help(self.example()).at(first));
            };
            strings.push(string);
            let _comma: Option<Token![,]> = content.parse()?;
        }
        Ok(strings)
    }

    /// A pattern in parentheses, as in a `match` arm.
    pub(crate) fn pattern(&self) -> syn::Result<Pat> {
        let content = self.in_parentheses("a pattern", "a pattern")?;
        let first: TokenTree = content.fork().parse()?;
        let Ok(pattern) = content.call(Pat::parse_multi_with_leading_vert) else {
            skip_rest(&content)?;
            let message = Message::new(format_args!("`{}` takes a pattern", self.known.key));
            return Err(message.help(self.example()).at(first));
        };
        if content.is_empty() {
            return Ok(pattern);
        }
        let rest: TokenTree = content.fork().parse()?;
        skip_rest(&content)?;
        Err(self.after_pattern(&rest.to_string()).at(rest))
    }

    fn after_pattern(&self, rest: &str) -> Message {
        let key = self.known.key;
        match rest {
            "if" => Message::new(format_args!("`{key}` takes a pattern without an `if`"))
                .note("which errors commit is to be seen from their variants")
                .help("give this case a variant of its own"),
            "," => Message::new(format_args!("`{key}` takes one pattern"))
                .help("separate alternatives with `|`"),
            other => Message::new(format_args!("`{other}` is not part of a pattern"))
                .help(self.example()),
        }
    }

    /// The error for an option that is in `KNOWN` and that `args` does not read. A unit test finds
    /// such an option.
    pub(crate) fn unknown(&self) -> syn::Error {
        unknown(&self.key, std::slice::from_ref(self.known), &[])
    }

    /// The value after `=`; `kind` says what `parse` accepts.
    fn value<T>(
        &self,
        parse: impl Fn(ParseStream<'_>) -> syn::Result<T>,
        kind: &str,
    ) -> syn::Result<T> {
        let key = self.known.key;
        if self.input.parse::<Option<Token![=]>>()?.is_none() || self.at_end() {
            return Err(Message::new(format_args!("`{key}` needs a value"))
                .help(self.example())
                .at(&self.key));
        }
        let first: TokenTree = self.input.fork().parse()?;
        match parse(self.input) {
            // The name of the next option: a comma is missing, and `expect_comma` reports that.
            Ok(value) if self.at_end() || self.input.peek(syn::Ident) => Ok(value),
            _ => Err(Message::new(format_args!("`{key}` takes {kind}"))
                .help(self.example())
                .at(first)),
        }
    }

    /// The content of the parentheses after the key, which is not empty. `kind` says what the
    /// option takes there, and `one` what it needs at least.
    fn in_parentheses(&self, kind: &str, one: &str) -> syn::Result<ParseBuffer<'a>> {
        let key = self.known.key;
        if !self.input.peek(Paren) {
            return Err(
                Message::new(format_args!("`{key}` takes {kind} in parentheses"))
                    .help(self.example())
                    .at(&self.key),
            );
        }
        let content;
        let parentheses = parenthesized!(content in self.input);
        if content.is_empty() {
            return Err(Message::new(format_args!("`{key}` needs {one}"))
                .help(self.example())
                .at(quote_spanned!(parentheses.span.join()=> ())));
        }
        Ok(content)
    }

    fn example(&self) -> String {
        format!("write `{}`", self.known.example)
    }

    fn at_end(&self) -> bool {
        self.input.is_empty() || self.input.peek(Token![,])
    }
}

fn find<'a>(
    input: ParseStream<'a>,
    known: &'static [Known],
    hints: Hints,
) -> syn::Result<Entry<'a>> {
    // `parse_any`, because `crate` is a keyword.
    let key = input.call(Ident::parse_any).map_err(|error| {
        Message::new("an option starts with its name")
            .help(format_args!("options are: {}", list(known)))
            .at(error_token(input, &error))
    })?;
    match known.iter().find(|known| key == known.key) {
        Some(known) => Ok(Entry { key, known, input }),
        None => Err(unknown(&key, known, hints)),
    }
}

fn unknown(key: &Ident, known: &[Known], hints: Hints) -> syn::Error {
    let name = key.to_string();
    let message = Message::new(format_args!("unknown option `{name}`"));
    let meant = closest(&name, known.iter().map(|known| known.key));
    let hinted = closest(&name, hints.iter().flat_map(|(names, _)| *names).copied());
    // An exact match among the hints wins over a similar option.
    if let Some(hinted) = hinted.filter(|hinted| *hinted == name || meant.is_none())
        && let Some((_, how)) = hints.iter().find(|(names, _)| names.contains(&hinted))
    {
        return message.help(how).at(key);
    }
    let suggestion = meant
        .map(|meant| format!("did you mean `{meant}`? "))
        .unwrap_or_default();
    message
        .help(format_args!("{suggestion}options are: {}", list(known)))
        .at(key)
}

fn list(known: &[Known]) -> String {
    known
        .iter()
        .map(|known| format!("`{}`", known.key))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The token that `error` is about. At the end of the options there is none, and the error is shown
/// at the attribute.
fn error_token(input: ParseStream<'_>, error: &syn::Error) -> TokenStream {
    input.fork().parse::<TokenTree>().map_or_else(
        |_| TokenTree::from(Ident::new("_", error.span())).to_token_stream(),
        ToTokens::into_token_stream,
    )
}

fn expect_comma(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    let token: TokenTree = input.fork().parse()?;
    Err(
        Message::new(format_args!("`{token}` is not part of an option"))
            .help("options are separated by commas")
            .at(token),
    )
}

fn skip_past_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _skipped: TokenTree = input.parse()?;
    }
    let _comma: Option<Token![,]> = input.parse()?;
    Ok(())
}

/// Takes the rest off `content`: syn would report each token that is left there as one more error.
fn skip_rest(content: ParseStream<'_>) -> syn::Result<()> {
    let _rest: TokenStream = content.parse()?;
    Ok(())
}
