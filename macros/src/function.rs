//! A function as the macros parse it: attributes, visibility and signature are syntax trees, and
//! the body stays the user's tokens. So the body may hold anything that rustc accepts, and keeps
//! its spans.
//!
//! Also what else is read off an annotated item: whether it has one of our attributes, and what
//! kind of item it is.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::{
    Attribute, Meta, Signature, Token, Visibility,
    ext::IdentExt as _,
    parse::{Parse, ParseStream, Parser as _},
};

#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) default: Option<Token![default]>,
    pub(crate) signature: Signature,
    pub(crate) body: Body,
}

#[derive(Clone)]
pub(crate) struct Body {
    /// The `#![..]` at the head of the braces. They are legal at the head of a function only, so
    /// the expansion writes them there.
    pub(crate) inner_attributes: Vec<Attribute>,
    /// The braces and what is in them, without the inner attributes.
    pub(crate) braces: Group,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let default = if input.peek(Token![default]) {
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self {
            attributes,
            visibility,
            default,
            signature: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl Parse for Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let braces = input.step(|cursor| match cursor.group(Delimiter::Brace) {
            // Not by parsing a `Group`, which would be the invisible delimiters that
            // `macro_rules!` puts around a `$body:block`.
            Some((content, span, rest)) => {
                let mut braces = Group::new(Delimiter::Brace, content.token_stream());
                braces.set_span(span.join());
                Ok((braces, rest))
            }
            None => Err(cursor.error("expected the function's body")),
        })?;
        let split = |content: ParseStream<'_>| {
            Ok((
                Attribute::parse_inner(content)?,
                content.parse::<TokenStream>()?,
            ))
        };
        let (inner_attributes, rest) = split.parse2(braces.stream())?;
        if inner_attributes.is_empty() {
            return Ok(Self {
                inner_attributes,
                braces,
            });
        }
        let mut body = Self {
            inner_attributes,
            braces,
        };
        body.replace(rest);
        Ok(body)
    }
}

impl Body {
    /// Replaces what is in the braces.
    pub(crate) fn replace(&mut self, content: TokenStream) {
        self.braces = self.with_content(content);
    }

    /// Braces around `content` with the span of the user's. With another span the compiler would
    /// show the attribute where it points at the end of the function.
    pub(crate) fn with_content(&self, content: TokenStream) -> Group {
        let mut braces = Group::new(Delimiter::Brace, content);
        braces.set_span(self.braces.span());
        braces
    }
}

impl Function {
    /// Takes all attributes called `name` off the function, with any path before the name.
    pub(crate) fn take_attributes(&mut self, name: &str) -> Vec<Attribute> {
        let (taken, kept) = self
            .attributes
            .drain(..)
            .partition(|attribute| is_called(attribute, name));
        self.attributes = kept;
        taken
    }

    /// Takes the first attribute that is called one of `names` off the function.
    pub(crate) fn take_first(&mut self, names: &[&str]) -> Option<Attribute> {
        let index = self
            .attributes
            .iter()
            .position(|attribute| names.iter().any(|name| is_called(attribute, name)))?;
        Some(self.attributes.remove(index))
    }

    /// Appends everything but the body.
    pub(crate) fn head_to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attributes);
        self.visibility.to_tokens(tokens);
        self.default.to_tokens(tokens);
        self.signature.to_tokens(tokens);
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.head_to_tokens(tokens);
        let content: TokenStream = self
            .body
            .inner_attributes
            .iter()
            .map(ToTokens::to_token_stream)
            .chain([self.body.braces.stream()])
            .collect();
        self.body.with_content(content).to_tokens(tokens);
    }
}

/// Whether the attribute is `#[name]` or `#[name(..)]`, with any path before the name.
pub(crate) fn is_called(attribute: &Attribute, name: &str) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == name)
}

/// The tokens between the parentheses of `#[name(..)]`. The value of `#[name = ..]` is returned in
/// their place, and reading it as options reports it.
pub(crate) fn options(meta: Meta) -> TokenStream {
    match meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens,
        Meta::NameValue(pair) => pair.value.into_token_stream(),
    }
}

/// The keyword that tells what kind of item this is, and the words for the kind: `struct` and "a
/// struct" for a struct.
pub(crate) fn item_kind(item: &TokenStream) -> (Option<Ident>, &'static str) {
    const KINDS: [(&str, &str); 14] = [
        ("fn", "a function"),
        ("impl", "an `impl` block"),
        ("trait", "a trait"),
        ("struct", "a struct"),
        ("enum", "an enum"),
        ("union", "a union"),
        ("mod", "a module"),
        ("const", "a constant"),
        ("static", "a static"),
        ("type", "a type"),
        ("use", "an import"),
        ("macro_rules", "a macro"),
        ("extern", "an `extern` block"),
        ("let", "a statement"),
    ];
    let keyword = |token: TokenTree| match token {
        TokenTree::Ident(ident) => {
            let (_, words) = KINDS.iter().find(|(keyword, _)| ident == keyword)?;
            Some((Some(ident), *words))
        }
        _ => None,
    };
    let after_attributes = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        let _visibility: Visibility = input.parse()?;
        input.parse::<TokenStream>()
    };
    let rest = after_attributes
        .parse2(item.clone())
        .unwrap_or_else(|_| item.clone());
    rest.into_iter()
        .find_map(keyword)
        .unwrap_or((None, "something else"))
}

/// The name without `r#`: `type` for `r#type`.
pub(crate) fn plain_name(name: &Ident) -> String {
    name.unraw().to_string()
}
