//! Hashes passwords. That is slow on purpose, so it runs on blocking threads, and never inside a
//! transaction.
pub use argon2::Params;
use argon2::{
    Algorithm, Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{self, SaltString},
};
use tokio::task::spawn_blocking;

/// A password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
#[error("a password was not hashed")]
pub struct NotHashed;

/// Hashes and compares passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    cost: Params,
}

impl Passwords {
    /// Hashes at this cost.
    #[must_use]
    pub const fn new(cost: Params) -> Self {
        Self { cost }
    }

    /// Hashes a password. The hash may be stored.
    ///
    /// # Errors
    /// The hash could not be computed.
    pub async fn hash(&self, password: String) -> Result<String, NotHashed> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.cost.clone());
        let hash = spawn_blocking(move || hashed(&argon2, &password)).await;
        hash.ok().and_then(Result::ok).ok_or(NotHashed)
    }

    /// Whether `password` belongs to `hash`. Without a hash it takes as long and returns false, so
    /// that the time does not tell whether there is an account.
    ///
    /// # Errors
    /// The hash could not be computed.
    pub async fn is_right(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, NotHashed> {
        let Some(hash) = hash else {
            return self.hash(password).await.map(|_| false);
        };
        spawn_blocking(move || matches(&password, &hash))
            .await
            .map_err(|_| NotHashed)
    }
}

fn hashed(argon2: &Argon2<'_>, password: &str) -> Result<String, password_hash::Error> {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>())?;
    Ok(argon2
        .hash_password(password.as_bytes(), &salt)?
        .to_string())
}

/// Compares at the cost that the hash names.
fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}
