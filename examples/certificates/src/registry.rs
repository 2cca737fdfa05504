//! The transactions, which read and write certificates. Nothing here knows HTTP.
use rand::seq::IndexedRandom as _;
use serde::{Deserialize, Serialize};
use service::Dialect;
use sqlx::{Any, FromRow};
use sqlx_transactional::{Db, ReadOnly, Session, retry_on_error, transactional};

use crate::error::ApiError;

/// The request for a certificate.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Application {
    holder: String,
    course: String,
}

/// A certificate as it is stored.
#[derive(Debug, Clone, Serialize, FromRow)]
pub(crate) struct Certificate {
    pub(crate) code: String,
    pub(crate) holder: String,
    pub(crate) course: String,
    pub(crate) number: i64,
}

/// Stores certificates.
#[derive(Debug, Clone)]
pub(crate) struct Registry {
    pub(crate) db: Db<Any>,
    dialect: Dialect,
}

impl Registry {
    pub(crate) async fn new(db: Db<Any>) -> Result<Self, sqlx::Error> {
        Ok(Self {
            dialect: Dialect::of(&db).await?,
            db,
        })
    }

    /// The certificate with this code.
    #[transactional(from = &self.db)]
    pub(crate) async fn find(
        &self,
        session: &mut Session<Any, ReadOnly>,
        code: &str,
    ) -> Result<Certificate, ApiError> {
        self.read(session, code).await
    }

    /// Issues the next certificate of a course. The numbers have no gaps, because a failure rolls
    /// the count back too. A foreign key refuses unknown courses, at COMMIT where the database can
    /// defer the check.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn issue(
        &self,
        session: &mut Session<Any>,
        application: Application,
    ) -> Result<Certificate, ApiError> {
        let Application { holder, course } = application;
        if holder.trim().is_empty() || holder.len() > 60 || course.len() > 60 {
            return Err(ApiError::Invalid(
                "a holder and a course have 1 to 60 characters",
            ));
        }
        let count = self
            .dialect
            .sql("UPDATE courses SET issued = issued + 1 WHERE name = $1");
        sqlx::query(count)
            .bind(&course)
            .execute(&mut *session)
            .await?;
        let issued = sqlx::query_scalar(
            self.dialect
                .sql("SELECT issued FROM courses WHERE name = $1"),
        )
        .bind(&course);
        let number: i64 = issued.fetch_optional(&mut *session).await?.unwrap_or(1);
        let certificate = Certificate {
            code: code(),
            holder,
            course,
            number,
        };
        let insert = self
            .dialect
            .sql("INSERT INTO certificates (code, holder, course, number) VALUES ($1, $2, $3, $4)");
        let insert = sqlx::query(insert)
            .bind(&certificate.code)
            .bind(&certificate.holder)
            .bind(&certificate.course)
            .bind(number);
        insert.execute(session).await?;
        Ok(certificate)
    }

    /// Counts a download and returns the certificate. It is owned, because it is used after COMMIT.
    #[retry_on_error]
    #[transactional(from = &self.db)]
    pub(crate) async fn download(
        &self,
        session: &mut Session<Any>,
        code: &str,
    ) -> Result<Certificate, ApiError> {
        let count = self
            .dialect
            .sql("UPDATE certificates SET downloads = downloads + 1 WHERE code = $1");
        sqlx::query(count).bind(code).execute(&mut *session).await?;
        self.read(session, code).await
    }

    async fn read<M: ?Sized + Send>(
        &self,
        session: &mut Session<Any, M>,
        code: &str,
    ) -> Result<Certificate, ApiError> {
        let select = self
            .dialect
            .sql("SELECT code, holder, course, number FROM certificates WHERE code = $1");
        sqlx::query_as(select)
            .bind(code)
            .fetch_optional(session)
            .await?
            .ok_or(ApiError::NotFound)
    }
}

/// Twelve random characters, without those that look alike: 0 and O, 1 and I.
fn code() -> String {
    let mut random = rand::rng();
    let characters = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    (0..12)
        .filter_map(|_| characters.choose(&mut random))
        .map(|&byte| char::from(byte))
        .collect()
}
