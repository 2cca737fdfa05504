//! The transactions, which read and write patients. Nothing here knows HTTP.
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use service::{Dialect, now, random};
use sqlx::{Any, FromRow};
use sqlx_transactional::{Db, ReadOnly, Session, retry_on_error, transactional};

use crate::{
    error::ApiError,
    mail::{Mail, Mailer},
};

/// The lifetime of a session, in milliseconds.
const SESSION: i64 = 12 * 60 * 60 * 1000;

/// What a new patient sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Applicant {
    name: String,
    email: String,
    pub(crate) password: String,
}

impl Applicant {
    /// The values in the form in which they are stored, or what is wrong with them.
    pub(crate) fn checked(self) -> Result<Self, ApiError> {
        let (name, email) = (self.name.trim().to_owned(), address(&self.email));
        if name.is_empty() || name.chars().count() > 60 {
            return Err(ApiError::Invalid("a name has 1 to 60 characters"));
        }
        let parts = email
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
        if !parts || email.len() > 120 || email.contains(char::is_whitespace) {
            return Err(ApiError::Invalid("this is not an e-mail address"));
        }
        if !(8..=100).contains(&self.password.len()) {
            return Err(ApiError::Invalid("a password has 8 to 100 characters"));
        }
        Ok(Self {
            name,
            email,
            password: self.password,
        })
    }
}

/// A patient, without secrets.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct Patient {
    pub(crate) id: String,
    name: String,
    email: String,
    verified_at: Option<i64>,
    last_login: Option<i64>,
    logins: i64,
    wrong_passwords: i64,
}

/// Stores patients.
#[derive(Clone)]
pub(crate) struct Registry {
    pub(crate) db: Db<Any>,
    pub(crate) dialect: Dialect,
    pub(crate) mailer: Arc<dyn Mailer>,
}

impl Registry {
    /// Stores a new patient and the mail with the code, both or neither. The unique key decides
    /// whether the address is free: a query before the INSERT could be outdated.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn register(
        &self,
        session: &mut Session<Any>,
        applicant: &Applicant,
        hash: &str,
    ) -> Result<Patient, ApiError> {
        let Applicant { name, email, .. } = applicant;
        let (id, code) = (random(), random());
        let insert = self.dialect.sql(
            "INSERT INTO patients (id, name, email, password, code) VALUES ($1, $2, $3, $4, $5)",
        );
        let insert = sqlx::query(insert)
            .bind(&id)
            .bind(name)
            .bind(email)
            .bind(hash)
            .bind(&code);
        insert
            .execute(&mut *session)
            .await
            .map_err(ApiError::of_insert)?;

        let write = self.dialect.sql("INSERT INTO outbox (id, recipient, subject, body, written) VALUES ($1, $2, $3, $4, $5)");
        let write = sqlx::query(write)
            .bind(random())
            .bind(email)
            .bind("Is this your address?")
            .bind(format!("Your code is {code}"));
        write.bind(now()).execute(&mut *session).await?;

        let body = format!("Dear {name}, we look forward to seeing you.");
        let welcome = Mail {
            recipient: email.clone(),
            subject: "Welcome".to_owned(),
            body,
        };
        let mailer = Arc::clone(&self.mailer);
        session.after_commit(async move {
            if let Err(error) = mailer.send(welcome).await {
                tracing::warn!(%error, "a patient was not welcomed");
            }
        });
        Ok(Patient {
            id,
            name: name.clone(),
            email: email.clone(),
            verified_at: None,
            last_login: None,
            logins: 0,
            wrong_passwords: 0,
        })
    }

    /// The id of the patient with this address, and the hash of the password.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn account(
        &self,
        session: &mut Session<Any, ReadOnly>,
        email: &str,
    ) -> Result<Option<(String, String)>, ApiError> {
        let select = self
            .dialect
            .sql("SELECT id, password FROM patients WHERE email = $1");
        Ok(sqlx::query_as(select)
            .bind(address(email))
            .fetch_optional(session)
            .await?)
    }

    /// Creates a session and returns its token. If the password was not `right`, counts that and
    /// fails.
    #[retry_on_error]
    #[transactional(from = &self.db, commit_on(ApiError::WrongPassword))]
    pub(crate) async fn log_in(
        &self,
        session: &mut Session<Any>,
        patient: &str,
        right: bool,
    ) -> Result<String, ApiError> {
        if !right {
            let count = self
                .dialect
                .sql("UPDATE patients SET wrong_passwords = wrong_passwords + 1 WHERE id = $1");
            sqlx::query(count).bind(patient).execute(session).await?;
            return Err(ApiError::WrongPassword);
        }
        let (token, now) = (random(), now());
        let count = self
            .dialect
            .sql("UPDATE patients SET logins = logins + 1, last_login = $1 WHERE id = $2");
        sqlx::query(count)
            .bind(now)
            .bind(patient)
            .execute(&mut *session)
            .await?;
        let insert = self
            .dialect
            .sql("INSERT INTO sessions (token, patient, expires) VALUES ($1, $2, $3)");
        sqlx::query(insert)
            .bind(&token)
            .bind(patient)
            .bind(now + SESSION)
            .execute(session)
            .await?;
        Ok(token)
    }

    /// The patient of this session, unless it has ended.
    #[transactional(from = &self.db)]
    pub(crate) async fn logged_in(
        &self,
        session: &mut Session<Any, ReadOnly>,
        token: &str,
    ) -> Result<Patient, ApiError> {
        let select = self.dialect.sql(
            "SELECT p.id, p.name, p.email, p.verified_at, p.last_login, p.logins, p.wrong_passwords
             FROM sessions s JOIN patients p ON p.id = s.patient WHERE s.token = $1 AND s.expires > $2",
        );
        let patient = sqlx::query_as(select)
            .bind(token)
            .bind(now())
            .fetch_optional(session)
            .await?;
        patient.ok_or(ApiError::NotLoggedIn)
    }

    /// Marks an address as verified: the code was sent to it. Runs in the transaction of its
    /// caller.
    pub(crate) async fn verify(
        &self,
        session: &mut Session<Any>,
        code: &str,
    ) -> Result<(), ApiError> {
        let update = self
            .dialect
            .sql("UPDATE patients SET verified_at = COALESCE(verified_at, $1) WHERE code = $2");
        let found = sqlx::query(update)
            .bind(now())
            .bind(code)
            .execute(session)
            .await?
            .rows_affected();
        if found == 0 {
            Err(ApiError::NoSuchCode)
        } else {
            Ok(())
        }
    }
}

fn address(email: &str) -> String {
    email.trim().to_lowercase()
}
