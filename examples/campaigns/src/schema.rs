//! What is asked and answered, as the documentation of the API shows it.
use poem_openapi::{
    NewType, Object,
    types::{ParseError, ParseFromParameter, ParseResult},
};
use sqlx::FromRow;

/// What a campaign or a visitor is called in a path: 1 to 40 lowercase letters, digits and hyphens,
/// which are the same to every database.
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

/// Who signs up or logs in.
#[derive(Debug, Object)]
pub(crate) struct Credentials {
    #[oai(validator(max_length = 120, pattern = r"^[^\s@\x00]+@[^\s@\x00]+\.[^\s@\x00]+$"))]
    pub(crate) email: String,
    #[oai(validator(min_length = 8, max_length = 100))]
    pub(crate) password: String,
}

/// Somebody who has logged in.
#[derive(Debug, Object)]
pub(crate) struct Login {
    /// For the header `authorization`: `Bearer`, a space, and this.
    pub(crate) token: String,
    /// In milliseconds since 1970.
    pub(crate) expires: i64,
}

/// A test of some variants, of which each visitor sees one.
#[derive(Debug, Clone, Object, FromRow)]
pub struct Campaign {
    /// What visitors are sent to.
    #[oai(read_only)]
    pub id: String,
    /// What its account calls it.
    #[oai(validator(pattern = "^[a-z0-9-]{1,40}$"))]
    pub name: String,
    /// In milliseconds since 1970; null: it takes no visitors.
    #[oai(read_only)]
    pub running_since: Option<i64>,
    /// How many have come.
    #[oai(read_only)]
    pub visitors: i32,
    /// The variant that was found to be the best.
    #[oai(read_only)]
    pub winner: Option<String>,
    /// Two at least.
    #[oai(validator(min_items = 2, max_items = 10))]
    #[sqlx(skip)]
    pub variants: Vec<Variant>,
}

/// A variant, and how it is doing.
#[derive(Debug, Clone, Object, FromRow)]
pub struct Variant {
    /// What the application calls it.
    #[oai(validator(pattern = "^[a-z0-9-]{1,40}$"))]
    pub name: String,
    /// How many visitors see it, in proportion to the others.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub weight: i32,
    /// How many have seen it.
    #[oai(read_only)]
    pub visitors: i32,
    /// How many of those were converted.
    #[oai(read_only)]
    pub conversions: i32,
    /// Conversions for each visitor; null where nobody has come.
    #[oai(read_only)]
    #[sqlx(skip)]
    pub rate: Option<f64>,
}

/// What becomes of a campaign.
#[derive(Debug, Clone, Object)]
pub(crate) struct Change {
    /// Whether it takes visitors from now on.
    pub(crate) running: bool,
    /// The variant that is the best, if that is known.
    #[oai(validator(pattern = "^[a-z0-9-]{1,40}$"))]
    pub(crate) winner: Option<String>,
}

/// What a visitor sees.
#[derive(Debug, Object)]
pub(crate) struct Visit {
    pub(crate) variant: String,
}
