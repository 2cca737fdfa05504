//! Themes of `pass/` with the attributes expanded, as plain code: clippy looks into it here, and
//! passes over most of it where it comes out of a macro. `build.rs` writes the themes.
#![deny(warnings, clippy::pedantic, clippy::nursery)]
#![allow(
    unused_qualifications,
    reason = "generated code names everything by its full path"
)]
#![allow(unused_imports, reason = "of the attributes that are expanded")]
#![allow(
    unused_parens,
    reason = "those around a body keep one of a single line from looking like needless braces"
)]
#![allow(
    clippy::needless_borrow,
    reason = "the number of references decides which impl answers"
)]
#![allow(
    clippy::let_unit_value,
    reason = "an argument can be `()`, and is cloned like any other"
)]
#![allow(
    clippy::redundant_pub_crate,
    reason = "it contradicts `unreachable_pub`"
)]

#[path = "../pass/database.rs"]
mod database;

macro_rules! themes {
    ($($theme:ident)*) => { $(
        mod $theme {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($theme), ".rs"));
        }
    )* };
}
themes! { functions kinds methods options retry retry_alone retry_patterns retry_services services }

use database::{database, sent};
