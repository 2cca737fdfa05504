//! What the syntax of a type shows: its last path segment, its type arguments, an `impl Trait` in
//! it. Nothing is resolved, so an alias hides all of this.
//!
//! What a return type or the type of a parameter means is in `return_type` and `parameter_type`.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// The type without parentheses, and without the invisible delimiters that `macro_rules!` puts
/// around a `$t:ty`.
pub(crate) fn ungroup(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungroup(&group.elem),
        Type::Paren(paren) => ungroup(&paren.elem),
        _ => ty,
    }
}

/// The type behind a reference, or the type itself.
pub(crate) fn referent(ty: &Type) -> &Type {
    match ungroup(ty) {
        Type::Reference(reference) => &reference.elem,
        other => other,
    }
}

/// The last segment of a type that is a path.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungroup(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// The types between the angle brackets, those of associated types (`Item = T`) included.
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

/// `ty` with `replacement` in the place of every `impl Trait` that [`find_impl_trait`] would find.
pub(crate) fn without_impl_trait(ty: &Type, replacement: &Type) -> Type {
    let mut ty = ty.clone();
    replace_impl_trait(&mut ty, replacement);
    ty
}

fn replace_impl_trait(ty: &mut Type, replacement: &Type) {
    match ty {
        Type::ImplTrait(_) => *ty = replacement.clone(),
        Type::Array(array) => replace_impl_trait(&mut array.elem, replacement),
        Type::Group(group) => replace_impl_trait(&mut group.elem, replacement),
        Type::Paren(paren) => replace_impl_trait(&mut paren.elem, replacement),
        Type::Reference(reference) => replace_impl_trait(&mut reference.elem, replacement),
        Type::Slice(slice) => replace_impl_trait(&mut slice.elem, replacement),
        Type::Tuple(tuple) => tuple
            .elems
            .iter_mut()
            .for_each(|ty| replace_impl_trait(ty, replacement)),
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
            GenericArgument::Type(ty) => replace_impl_trait(ty, replacement),
            GenericArgument::AssocType(assoc) => replace_impl_trait(&mut assoc.ty, replacement),
            _ => {}
        }
    }
}
