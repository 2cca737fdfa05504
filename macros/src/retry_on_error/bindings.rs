//! The names that the parameters bind. Each attempt has a fresh clone of every one of them, by a
//! statement of its own: not of the argument, whose type may wrap what is cloned in something that
//! is not (`Json(order): Json<Order>`).

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Attribute, FnArg, Pat, PatIdent, PatType, Signature, Token};

use crate::{function::is_called, runtime_path::RuntimePath};

pub(crate) struct Binding {
    /// What the user says of the parameter to the compiler: it is about this binding of it, too.
    attributes: Vec<Attribute>,
    mutability: Option<Token![mut]>,
    name: Ident,
}

impl Binding {
    pub(crate) fn is_called(&self, name: &Ident) -> bool {
        self.name == *name
    }

    /// Its clone for one attempt. All of it is the user's binding to the compiler: what cannot be
    /// cloned is shown there, and what is unused or needs no `mut`. What the code `outside` of the
    /// attempts uses, the body may leave alone.
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

    /// Whether there is anything to clone for. What begins with an underscore says that it is not
    /// used, and clippy would report our use of it, which a crate may forbid to be allowed; of any
    /// other name the compiler shall say that it is unused.
    pub(crate) fn is_needed_in(&self, body: &TokenStream) -> bool {
        !self.name.to_string().starts_with('_') || mentions(body.clone(), &self.name)
    }
}

/// What all parameters but the session bind.
pub(crate) fn bindings(signature: &Signature, session: Option<usize>) -> Vec<Binding> {
    let mut bindings = Vec::new();
    for parameter in others(signature, session) {
        let attributes: Vec<_> = parameter
            .attrs
            .iter()
            .filter(|attribute| is_for_the_compiler(attribute))
            .cloned()
            .collect();
        let before = bindings.len();
        each(&mut parameter.pat.clone(), &mut |binding| {
            // Each alternative of a pattern binds the same names.
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

/// The parameters that are neither `self` nor the session.
pub(crate) fn others(
    signature: &Signature,
    session: Option<usize>,
) -> impl Iterator<Item = &PatType> {
    signature
        .inputs
        .iter()
        .enumerate()
        .filter(move |(index, _)| Some(*index) != session)
        .filter_map(|(_, argument)| match argument {
            FnArg::Typed(parameter) => Some(parameter),
            FnArg::Receiver(_) => None,
        })
}

/// Leaves to the clones what is theirs: `mut`, and what the user expects the compiler to find.
pub(crate) fn make_outer(parameter: &mut PatType) {
    each(&mut parameter.pat, &mut |binding| binding.mutability = None);
    parameter
        .attrs
        .retain(|attribute| !is_called(attribute, "expect"));
}

/// Calls `visit` for each binding in `pattern`, whichever alternative it is in.
pub(crate) fn each(pattern: &mut Pat, visit: &mut impl FnMut(&mut PatIdent)) {
    match pattern {
        Pat::Ident(binding) => {
            visit(binding);
            if let Some((_, subpattern)) = &mut binding.subpat {
                each(subpattern, visit);
            }
        }
        Pat::Or(alternatives) => alternatives
            .cases
            .iter_mut()
            .for_each(|case| each(case, visit)),
        Pat::Paren(inner) => each(&mut inner.pat, visit),
        Pat::Reference(reference) => each(&mut reference.pat, visit),
        Pat::Slice(slice) => slice
            .elems
            .iter_mut()
            .for_each(|element| each(element, visit)),
        Pat::Struct(fields) => fields
            .fields
            .iter_mut()
            .for_each(|field| each(&mut field.pat, visit)),
        Pat::Tuple(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|element| each(element, visit)),
        Pat::TupleStruct(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|element| each(element, visit)),
        Pat::Type(typed) => each(&mut typed.pat, visit),
        _ => {}
    }
}

/// A name alone can be a unit struct, which binds nothing.
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

/// Conditions and levels of lints. Others are for a macro that knows what the parameter is.
fn is_for_the_compiler(attribute: &Attribute) -> bool {
    [
        "cfg", "cfg_attr", "allow", "expect", "warn", "deny", "forbid",
    ]
    .iter()
    .any(|name| attribute.path().is_ident(name))
}
