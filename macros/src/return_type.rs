//! What the macros need to know of a return type: where it hides a type behind `impl Trait`, which
//! can be written in a signature only, and whether another macro has turned the function into one
//! that returns a boxed future.

use syn::{GenericArgument, Path, PathArguments, PathSegment, Type, TypeParamBound};

/// `ty` with every `impl Trait` in it replaced.
pub(crate) fn without_impl_trait(ty: &Type, replacement: &Type) -> Type {
    let mut ty = ty.clone();
    replace(&mut ty, replacement);
    ty
}

/// The first `impl Trait` in `ty`.
pub(crate) fn find_impl_trait(ty: &Type) -> Option<&Type> {
    match ty {
        Type::ImplTrait(_) => Some(ty),
        Type::Array(array) => find_impl_trait(&array.elem),
        Type::Group(group) => find_impl_trait(&group.elem),
        Type::Paren(paren) => find_impl_trait(&paren.elem),
        Type::Reference(reference) => find_impl_trait(&reference.elem),
        Type::Slice(slice) => find_impl_trait(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(find_impl_trait),
        Type::Path(path) => path
            .path
            .segments
            .iter()
            .flat_map(type_arguments)
            .find_map(find_impl_trait),
        _ => None,
    }
}

/// The trait of `impl IntoResponse`, by whatever path: axum's or poem's, or `Reply`, warp's. All of
/// them have `into_response(self)`.
pub(crate) fn response_trait(ty: &Type) -> Option<&Path> {
    let Type::ImplTrait(hidden) = plain(ty) else {
        return None;
    };
    hidden.bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let name = &bound.path.segments.last()?.ident;
            (name == "IntoResponse" || name == "Reply").then_some(&bound.path)
        }
        _ => None,
    })
}

fn replace(ty: &mut Type, replacement: &Type) {
    match ty {
        Type::ImplTrait(_) => *ty = replacement.clone(),
        Type::Array(array) => replace(&mut array.elem, replacement),
        Type::Group(group) => replace(&mut group.elem, replacement),
        Type::Paren(paren) => replace(&mut paren.elem, replacement),
        Type::Reference(reference) => replace(&mut reference.elem, replacement),
        Type::Slice(slice) => replace(&mut slice.elem, replacement),
        Type::Tuple(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|ty| replace(ty, replacement)),
        Type::Path(path) => path
            .path
            .segments
            .iter_mut()
            .for_each(|segment| replace_in_arguments(segment, replacement)),
        _ => {}
    }
}

fn replace_in_arguments(segment: &mut PathSegment, replacement: &Type) {
    let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
        return;
    };
    for argument in &mut arguments.args {
        match argument {
            GenericArgument::Type(ty) => replace(ty, replacement),
            GenericArgument::AssocType(assoc) => replace(&mut assoc.ty, replacement),
            _ => {}
        }
    }
}

/// `Pin<Box<dyn Future<..> + ..>>`, by whatever paths.
pub(crate) fn is_boxed_future(ty: &Type) -> bool {
    let is_future = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "Future"),
        _ => false,
    };
    match argument_of(ty, "Pin")
        .and_then(|ty| argument_of(ty, "Box"))
        .map(plain)
    {
        Some(Type::TraitObject(object)) => object.bounds.iter().any(is_future),
        _ => false,
    }
}

/// The `T` of `name<T>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let segment = last_segment(ty)?;
    if segment.ident != name {
        return None;
    }
    type_arguments(segment).next()
}

/// The `E` of `Result<T, E>`, or all of a type that does not show it.
pub(crate) fn error_type(ty: &Type) -> &Type {
    last_segment(ty)
        .and_then(|segment| type_arguments(segment).nth(1))
        .unwrap_or(ty)
}

/// The last segment of a type that is a path.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match plain(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// The types between the angle brackets.
pub(crate) fn type_arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            GenericArgument::AssocType(assoc) => Some(&assoc.ty),
            _ => None,
        })
}

/// The type without parentheses and without the invisible delimiters that `macro_rules!` puts
/// around a `$t:ty`.
pub(crate) fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Paren(paren) => plain(&paren.elem),
        _ => ty,
    }
}
