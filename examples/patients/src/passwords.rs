//! Hashing: slow on purpose, so on threads that may block, and never inside a transaction.
use actix_web::web;
use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{self, SaltString},
};

use crate::error::ApiError;

/// At what cost passwords are hashed.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    pub(crate) cost: Params,
}

impl Passwords {
    pub(crate) async fn hash(&self, password: String) -> Result<String, ApiError> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.cost.clone());
        let hash = web::block(move || hashed(&argon2, &password)).await;
        hash.ok().and_then(Result::ok).ok_or(ApiError::Hashing)
    }

    /// Whether it is the password of this hash; where there is none, it takes as long to say no.
    pub(crate) async fn is_right(&self, password: String, hash: Option<String>) -> Result<bool, ApiError> {
        let Some(hash) = hash else { return self.hash(password).await.map(|_| false) };
        web::block(move || matches(&password, &hash)).await.map_err(|_| ApiError::Hashing)
    }
}

fn hashed(argon2: &Argon2<'_>, password: &str) -> Result<String, password_hash::Error> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>())?;
    Ok(argon2.hash_password(password.as_bytes(), &salt)?.to_string())
}

/// At the cost that the hash itself names.
fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}
