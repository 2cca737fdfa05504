//! A function whose body was not parsed: attributes, visibility and signature are syntax trees, the
//! braces are the user's own tokens. So the body may hold anything that rustc accepts, keeps its
//! spans, and is cheap to carry.

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
    /// `#![..]` at the head of the braces: they are legal at the head of a function only, so they
    /// move with the function.
    pub(crate) inner_attributes: Vec<Attribute>,
    /// The braces and all else in them.
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
            // Not by parsing a `Group`: `macro_rules!` puts invisible delimiters around a
            // `$body:block`.
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
    /// Other content in the same braces.
    pub(crate) fn replace(&mut self, content: TokenStream) {
        self.braces = self.with_content(content);
    }

    /// Braces with the place of the user's: of a function that ends where ours do, the compiler
    /// would show the attribute.
    pub(crate) fn with_content(&self, content: TokenStream) -> Group {
        let mut braces = Group::new(Delimiter::Brace, content);
        braces.set_span(self.braces.span());
        braces
    }
}

impl Function {
    /// Takes the attributes called `name` off the function, by whatever path they were written.
    pub(crate) fn take_attributes(&mut self, name: &str) -> Vec<Attribute> {
        let (taken, kept) = self
            .attributes
            .drain(..)
            .partition(|attribute| is_called(attribute, name));
        self.attributes = kept;
        taken
    }

    /// Takes off the first attribute that has one of `names`.
    pub(crate) fn take_first(&mut self, names: &[&str]) -> Option<Attribute> {
        let index = self
            .attributes
            .iter()
            .position(|attribute| names.iter().any(|name| is_called(attribute, name)))?;
        Some(self.attributes.remove(index))
    }

    /// All but the body.
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

/// Whether the attribute is `#[name]`, `#[name(..)]` or the same with a path before it.
pub(crate) fn is_called(attribute: &Attribute, name: &str) -> bool {
    attribute
        .path()
        .segments
        .last()
        .is_some_and(|segment| segment.ident == name)
}

/// What stands between the parentheses. `#[name = ..]` has none; its value is no option, and is
/// reported so.
pub(crate) fn options(meta: Meta) -> TokenStream {
    match meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => list.tokens,
        Meta::NameValue(pair) => pair.value.into_token_stream(),
    }
}

/// The keyword that says what an item is, and the words for it: of a struct, `struct` and "a
/// struct".
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

/// The name as it is spoken: `type` for `r#type`.
pub(crate) fn plain_name(name: &Ident) -> String {
    name.unraw().to_string()
}
