//! The names that the patterns of the parameters bind. Each attempt gets a clone of every name, in
//! a statement of its own.
//!
//! The names are cloned and not the arguments, because the type around a name need not be `Clone`.
//! For `Json(order): Json<Order>`, only `Order` must be `Clone`.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Attribute, Pat, PatIdent, PatType, Signature, Token};

use crate::{function::is_called, runtime_path::RuntimePath, signature::typed_parameters};

pub(crate) struct Binding {
    /// Attributes of the parameter for the compiler, such as `#[allow]`, which the clone repeats.
    attributes: Vec<Attribute>,
    mutability: Option<Token![mut]>,
    name: Ident,
}

impl Binding {
    pub(crate) fn is_called(&self, name: &Ident) -> bool {
        self.name == *name
    }

    /// `let order = clone_for_attempt(&order);`
    ///
    /// The compiler shows all of it at the user's binding: that the type is not `Clone`, that the
    /// name is unused, or that it needs no `mut`. A name that the code `outside` of the attempts
    /// mentions counts as used.
    pub(crate) fn clone_for_attempt(
        &self,
        outside: &TokenStream,
        runtime: &RuntimePath,
    ) -> TokenStream {
        let Self {
            attributes,
            mutability,
            name,
        } = self;
        let mixed_site = Span::mixed_site();
        let span = runtime.user_span(name.span());
        let private = runtime.private(span);
        let clone = quote_spanned!(span=> #private::clone_for_attempt(&#name));
        let used =
            mentions(outside.clone(), name).then(|| quote_spanned!(mixed_site=> let _ = &#name;));
        quote_spanned!(mixed_site=> #(#attributes)* let #mutability #name = #clone; #used)
    }

    /// Whether the name is cloned for an attempt that runs `body`.
    ///
    /// A `_name` that the body does not mention is not cloned. Clippy would report the clone as a
    /// use of it, and an `#[allow]` does not compile in a crate that forbids the lint. Any other
    /// name is cloned, so that the compiler reports it if it is unused.
    pub(crate) fn is_needed_in(&self, body: &TokenStream) -> bool {
        !self.name.to_string().starts_with('_') || mentions(body.clone(), &self.name)
    }
}

/// The names that all parameters bind, except `self` and the one at index `session`.
pub(crate) fn bindings(signature: &Signature, session: Option<usize>) -> Vec<Binding> {
    let mut bindings = Vec::new();
    for parameter in other_parameters(signature, session) {
        let attributes: Vec<_> = parameter
            .attrs
            .iter()
            .filter(|attribute| is_for_the_compiler(attribute))
            .cloned()
            .collect();
        let before = bindings.len();
        each_binding(&mut parameter.pat.clone(), &mut |binding| {
            // Every alternative of an or-pattern binds the same names.
            if bindings[before..]
                .iter()
                .all(|found: &Binding| found.name != binding.ident)
                && !is_constant(binding)
            {
                bindings.push(Binding {
                    attributes: attributes.clone(),
                    mutability: binding.mutability,
                    name: binding.ident.clone(),
                });
            }
        });
    }
    bindings
}

/// All parameters, except `self` and the one at index `session`.
pub(crate) fn other_parameters(
    signature: &Signature,
    session: Option<usize>,
) -> impl Iterator<Item = &PatType> {
    typed_parameters(signature)
        .filter(move |(index, _)| Some(*index) != session)
        .map(|(_, parameter)| parameter)
}

/// Takes off the parameter what the clones have: `mut`, and `#[expect]`, which would be unfulfilled
/// here.
pub(crate) fn strip_parameter(parameter: &mut PatType) {
    each_binding(&mut parameter.pat, &mut |binding| binding.mutability = None);
    parameter
        .attrs
        .retain(|attribute| !is_called(attribute, "expect"));
}

/// Calls `visit` for each binding in `pattern`, in all alternatives of an or-pattern.
pub(crate) fn each_binding(pattern: &mut Pat, visit: &mut impl FnMut(&mut PatIdent)) {
    match pattern {
        Pat::Ident(binding) => {
            visit(binding);
            if let Some((_, subpattern)) = &mut binding.subpat {
                each_binding(subpattern, visit);
            }
        }
        Pat::Or(alternatives) => alternatives
            .cases
            .iter_mut()
            .for_each(|case| each_binding(case, visit)),
        Pat::Paren(inner) => each_binding(&mut inner.pat, visit),
        Pat::Reference(reference) => each_binding(&mut reference.pat, visit),
        Pat::Slice(slice) => slice
            .elems
            .iter_mut()
            .for_each(|element| each_binding(element, visit)),
        Pat::Struct(fields) => fields
            .fields
            .iter_mut()
            .for_each(|field| each_binding(&mut field.pat, visit)),
        Pat::Tuple(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|element| each_binding(element, visit)),
        Pat::TupleStruct(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|element| each_binding(element, visit)),
        Pat::Type(typed) => each_binding(&mut typed.pat, visit),
        _ => {}
    }
}

/// Whether the name is a constant or a unit struct, which binds nothing. Macros can tell by its
/// first letter only.
fn is_constant(binding: &PatIdent) -> bool {
    let PatIdent {
        by_ref: None,
        mutability: None,
        subpat: None,
        ident,
        ..
    } = binding
    else {
        return false;
    };
    ident.to_string().starts_with(char::is_uppercase)
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        // `format!("{name}")`
        TokenTree::Literal(literal) => literal.to_string().contains(&name.to_string()),
        TokenTree::Punct(_) => false,
    })
}

/// Whether the attribute is a condition or the level of a lint. Others are for a macro that
/// processes the parameter.
fn is_for_the_compiler(attribute: &Attribute) -> bool {
    [
        "cfg", "cfg_attr", "allow", "expect", "warn", "deny", "forbid",
    ]
    .iter()
    .any(|name| attribute.path().is_ident(name))
}
