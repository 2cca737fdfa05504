//! The names of users and creatures, in a path and in JSON.
use rocket::request::FromParam;
use serde::{Deserialize, Serialize};

/// 1 to 40 lowercase letters, digits and hyphens. A case-insensitive collation, as MySQL has by
/// default, tells these apart too.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Name(String);

impl Name {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let fits = (1..=40).contains(&name.len())
            && name
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits {
            Ok(Self(name))
        } else {
            Err("a name has 1 to 40 lowercase letters, digits and hyphens")
        }
    }
}

impl FromParam<'_> for Name {
    type Error = &'static str;

    fn from_param(parameter: &str) -> Result<Self, Self::Error> {
        parameter.to_owned().try_into()
    }
}
