//! The transactions, which read and write users and their creatures. Nothing here knows HTTP. A
//! function begins a transaction if it is passed the `Db`, and joins one if it is passed a session.
use serde::Serialize;
use service::Dialect;
use sqlx::{Any, FromRow};
use sqlx_transactional::{Db, ReadOnly, Session, retry_on_error, transactional};

use crate::{error::ApiError, name::Name};

/// A creature, and how many users like it.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct Creature {
    name: String,
    fans: i64,
}

/// The settings of the writing connection, if the database is SQLite.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct Pragmas {
    journal_mode: String,
    foreign_keys: i64,
    synchronous: i64,
    busy_timeout: i64,
}

/// Stores users and their creatures.
#[derive(Debug, Clone)]
pub(crate) struct Favorites {
    pub(crate) db: Db<Any>,
    pub(crate) dialect: Dialect,
}

impl Favorites {
    pub(crate) async fn new(db: Db<Any>) -> Result<Self, sqlx::Error> {
        Ok(Self {
            dialect: Dialect::of(&db).await?,
            db,
        })
    }

    #[retry_on_error]
    #[transactional]
    pub(crate) async fn register(
        &self,
        session: &mut Session<Any>,
        user: &Name,
    ) -> Result<(), ApiError> {
        let insert = self.dialect.sql("INSERT INTO users (name) VALUES ($1)");
        sqlx::query(insert)
            .bind(user.as_str())
            .execute(session)
            .await?;
        Ok(())
    }

    #[transactional]
    pub(crate) async fn creatures(
        &self,
        session: &mut Session<Any, ReadOnly>,
    ) -> Result<Vec<Creature>, ApiError> {
        Ok(
            sqlx::query_as("SELECT name, fans FROM creatures ORDER BY fans DESC, name")
                .fetch_all(session)
                .await?,
        )
    }

    #[transactional]
    pub(crate) async fn list(
        &self,
        session: &mut Session<Any, ReadOnly>,
        user: &Name,
    ) -> Result<Vec<String>, ApiError> {
        let select = self.dialect.sql(
            "SELECT f.creature FROM users u LEFT JOIN favorites f ON f.user_name = u.name
              WHERE u.name = $1 ORDER BY f.creature",
        );
        let rows: Vec<Option<String>> = sqlx::query_scalar(select)
            .bind(user.as_str())
            .fetch_all(session)
            .await?;
        if rows.is_empty() {
            return Err(ApiError::NotFound("user"));
        }
        Ok(rows.into_iter().flatten().collect())
    }

    /// Adds all creatures or none. Calls that name the same creatures in different orders can
    /// deadlock, and are then retried.
    #[retry_on_error]
    #[transactional]
    pub(crate) async fn add_all(
        &self,
        session: &mut Session<Any>,
        user: &Name,
        creatures: &[Name],
    ) -> Result<Vec<String>, ApiError> {
        for creature in creatures {
            self.add(&mut *session, user, creature).await?;
        }
        self.list(session, user).await
    }

    /// Adds one creature. Constraints refuse a creature that is unknown, one that the user has
    /// already, and a sixth one.
    #[transactional]
    async fn add(
        &self,
        session: &mut Session<Any>,
        user: &Name,
        creature: &Name,
    ) -> Result<(), ApiError> {
        self.count(session, user, creature, 1).await?;
        let insert = self
            .dialect
            .sql("INSERT INTO favorites (user_name, creature) VALUES ($1, $2)");
        sqlx::query(insert)
            .bind(user.as_str())
            .bind(creature.as_str())
            .execute(session)
            .await?;
        Ok(())
    }

    #[retry_on_error]
    #[transactional]
    pub(crate) async fn remove(
        &self,
        session: &mut Session<Any>,
        user: &Name,
        creature: &Name,
    ) -> Result<(), ApiError> {
        self.count(session, user, creature, -1).await?;
        let delete = self
            .dialect
            .sql("DELETE FROM favorites WHERE user_name = $1 AND creature = $2");
        let deleted = sqlx::query(delete)
            .bind(user.as_str())
            .bind(creature.as_str())
            .execute(session)
            .await?;
        if deleted.rows_affected() == 0 {
            Err(ApiError::NotFound("favorite"))
        } else {
            Ok(())
        }
    }

    /// Counts a favorite of the user and of the creature. It comes first, so that calls for one
    /// user queue for the row of the user.
    async fn count(
        &self,
        session: &mut Session<Any>,
        user: &Name,
        creature: &Name,
        by: i64,
    ) -> Result<(), ApiError> {
        let of_user = self
            .dialect
            .sql("UPDATE users SET favorites = favorites + $1 WHERE name = $2");
        let counted = sqlx::query(of_user)
            .bind(by)
            .bind(user.as_str())
            .execute(&mut *session)
            .await?;
        if counted.rows_affected() == 0 {
            return Err(ApiError::NotFound("user"));
        }
        let of_creature = self
            .dialect
            .sql("UPDATE creatures SET fans = fans + $1 WHERE name = $2");
        sqlx::query(of_creature)
            .bind(by)
            .bind(creature.as_str())
            .execute(session)
            .await?;
        Ok(())
    }

    /// Reads the pragmas from the connection; `None` on other databases.
    pub(crate) async fn pragmas(&self) -> Result<Option<Pragmas>, sqlx::Error> {
        if self.dialect != Dialect::Sqlite {
            return Ok(None);
        }
        let pragmas = "SELECT journal_mode, foreign_keys, synchronous, timeout AS busy_timeout
                         FROM pragma_journal_mode, pragma_foreign_keys, pragma_synchronous, pragma_busy_timeout";
        sqlx::query_as(pragmas).fetch_optional(self.db.pool()).await
    }
}
