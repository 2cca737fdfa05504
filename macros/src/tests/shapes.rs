//! Shapes of functions and blocks that are expanded. That they compile, and how they behave, other
//! crates test.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use super::{check, compare, first_example};

#[test]
fn generic_with_impl_trait() {
    check(
        "shape_generic",
        "
#[transactional]
pub(crate) async fn each<'a, DB: Driver, T, const N: usize>(
    session: &mut Session<DB>, rows: &'a [T; N], map: impl Fn(&T) -> u8 + Send,
) -> Result<impl Iterator<Item = (u8, &'a T)>, sqlx::Error> where T: Sync { body() }",
    );
}

#[test]
fn alias() {
    check(
        "shape_alias",
        "
#[transactional]
async fn alias(#[session] tx: &mut Tx<Postgres>) -> Bank<()> { body() }",
    );
}

#[test]
fn mut_session_and_patterns() {
    check(
        "shape_mut_session",
        "
#[transactional]
async fn patterns((a, mut b): (u8, u8), mut session: &mut Session<Sqlite>, _: u8) -> Bank<()> { body() }",
    );
}

#[test]
fn unnamed_session() {
    check(
        "shape_unnamed_session",
        "
#[transactional]
async fn unnamed(_: &mut Session<Sqlite>) -> Bank<()> { body() }",
    );
}

#[test]
fn lifetime_of_the_session_alone() {
    check(
        "shape_lifetime",
        "
#[transactional]
async fn lifetime<'s, 'a>(session: &'s mut Session<Sqlite>, text: &'a str) -> Bank<&'a str> { 's: loop { break 's } }",
    );
}

#[test]
fn attributes_everywhere() {
    check(
        "shape_attributes",
        "
#[transactional]
#[doc = \"Doc.\"]
#[must_use]
pub async unsafe fn r#type(#[cfg(all())] r#match: u8, session: &mut Session<Sqlite>) -> Bank<()> { #![allow(unused)] body() }",
    );
}

#[test]
fn default_method() {
    check(
        "shape_default_method",
        "
#[transactional(from = self.db())]
async fn count(&self, session: &mut Session<Sqlite>) -> Result<usize, Error> where Self: Sync { body() }",
    );
}

#[test]
fn closures_and_patterns() {
    check(
        "shape_arguments",
        "
#[transactional]
async fn arguments(
    session: &mut Session<Sqlite>, mut each: impl FnMut(u8) -> u8 + Send, work: fn(u8), &mut (ref mut a, b): &mut (u8, u8),
    #[allow(unused)] Point { x, .. }: Point, object: &(dyn Fn(u8) + Sync), future: Pin<&mut dyn Future<Output = u8>>,
) -> Result<(), Error> { body() }",
    );
}

#[test]
fn method() {
    check(
        "shape_method",
        "
#[transactional(from = &self.db)]
pub async fn method(self: Arc<Self>, session: &mut Session<Postgres>) -> Result<Self, Error> { body() }",
    );
}

#[test]
fn response_behind_a_trait() {
    check(
        "shape_response",
        "
#[transactional(from = &db)]
async fn create(State(db): State<Db<Postgres>>, session: &mut Session<Postgres>) -> impl axum::response::IntoResponse + use<> { body() }",
    );
}

#[test]
fn types_of_macro_rules() {
    let group = |tokens| TokenTree::Group(Group::new(Delimiter::None, tokens));
    let (reference, returned) = (
        group(quote!(&mut Session<Postgres>)),
        group(quote!(Result<impl Clone, Error>)),
    );
    let body = group(quote!({ body() }));
    let item = quote!(async fn made(session: #reference) -> #returned #body);
    compare(
        "shape_macro_rules",
        &crate::transactional::expand(TokenStream::new(), &item),
    );
}

#[test]
fn methods_of_a_trait() {
    check(
        "methods_async_trait",
        "
#[transactional_methods]
#[async_trait]
impl<const N: usize> Orders for Shop<{ N + 1 }> {
    const LIMIT: usize = { 3 };
    type Order = Vec<u8>;
    #[doc = \"Doc.\"]
    #[transactional(from = &self.db)]
    #[instrument]
    async fn place(&self, session: &mut Session<Postgres>, order: Order) -> Result<Receipt, Error> { body() }
    fn untouched(&self) -> usize { 3 }
}",
    );
}

#[test]
fn methods_as_documented() {
    check(
        "methods_orders",
        first_example(include_str!("../../docs/transactional_methods.md")),
    );
}

#[test]
fn methods_of_a_type() {
    check(
        "methods_inherent",
        "
#[transactional_methods]
impl Shop {
    #[sqlx_transactional::transactional]
    pub async fn place(session: &mut Session<Postgres>) -> Result<Self, Error> { body() }
}",
    );
}
