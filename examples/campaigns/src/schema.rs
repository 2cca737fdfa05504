//! Requests and responses, as the documentation of the API shows them.
use poem_openapi::{
    NewType, Object,
    types::{ParseError, ParseFromParameter, ParseResult},
};
use sqlx::FromRow;

/// The id of a campaign or a visitor in a path: 1 to 40 lowercase letters, digits and hyphens. A
/// case-insensitive collation, as MySQL has by default, tells these apart too.
#[derive(Debug, Clone, NewType)]
#[oai(from_parameter = false)]
pub(crate) struct Key(pub(crate) String);

impl ParseFromParameter for Key {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        let fits = (1..=40).contains(&value.len())
            && value
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits {
            Ok(Self(value.to_owned()))
        } else {
            Err(ParseError::custom(
                "1 to 40 lowercase letters, digits and hyphens",
            ))
        }
    }
}

/// The e-mail address and password of an account.
#[derive(Debug, Object)]
pub(crate) struct Credentials {
    #[oai(validator(max_length = 120, pattern = r"^[^\s@\x00]+@[^\s@\x00]+\.[^\s@\x00]+$"))]
    pub(crate) email: String,
    #[oai(validator(min_length = 8, max_length = 100))]
    pub(crate) password: String,
}

/// A login.
#[derive(Debug, Object)]
pub(crate) struct Login {
    /// For the header `authorization`: `Bearer`, a space, and this.
    pub(crate) token: String,
    /// When the login ends, in milliseconds since 1970.
    pub(crate) expires: i64,
}

/// A test of several variants, of which each visitor sees one.
#[derive(Debug, Clone, Object, FromRow)]
pub struct Campaign {
    /// The id, which is a part of the paths of its visitors.
    #[oai(read_only)]
    pub id: String,
    /// The name, which is unique within the account.
    #[oai(validator(pattern = "^[a-z0-9-]{1,40}$"))]
    pub name: String,
    /// Since when it runs, in milliseconds since 1970; null if it does not run.
    #[oai(read_only)]
    pub running_since: Option<i64>,
    /// How many visitors it has had.
    #[oai(read_only)]
    pub visitors: i32,
    /// The variant that was found to be the best.
    #[oai(read_only)]
    pub winner: Option<String>,
    /// 2 to 10 variants.
    #[oai(validator(min_items = 2, max_items = 10))]
    #[sqlx(skip)]
    pub variants: Vec<Variant>,
}

/// A variant and its results.
#[derive(Debug, Clone, Object, FromRow)]
pub struct Variant {
    /// The name, which is unique within the campaign.
    #[oai(validator(pattern = "^[a-z0-9-]{1,40}$"))]
    pub name: String,
    /// Its share of the visitors, relative to the weights of the other variants.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub weight: i32,
    /// How many visitors have been assigned to it.
    #[oai(read_only)]
    pub visitors: i32,
    /// How many of those were converted.
    #[oai(read_only)]
    pub conversions: i32,
    /// Conversions per visitor; null without visitors.
    #[oai(read_only)]
    #[sqlx(skip)]
    pub rate: Option<f64>,
}

/// A change to a campaign.
#[derive(Debug, Clone, Object)]
pub(crate) struct Change {
    /// Whether it takes new visitors from now on.
    pub(crate) running: bool,
    /// The variant that has won, if that is known.
    #[oai(validator(pattern = "^[a-z0-9-]{1,40}$"))]
    pub(crate) winner: Option<String>,
}

/// What a visitor sees.
#[derive(Debug, Object)]
pub(crate) struct Visit {
    pub(crate) variant: String,
}
