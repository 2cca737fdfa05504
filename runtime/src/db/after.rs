//! Reading what was written: tokens, and handles that wait for them.
use std::{sync::Arc, time::Duration};

use crate::{
    db::Db,
    driver::{Driver, position::Token},
    transaction::{
        begin,
        tracker::{CommitTracker, RequiredPosition},
    },
};

impl<DB: Driver> Db<DB> {
    /// The position that the writer is at: of every commit that was acknowledged before. One round
    /// trip.
    ///
    /// It goes into a cookie or a header, and comes back to [`after`](Self::after) in whichever
    /// process answers the next request.
    ///
    /// # Errors
    /// Those of the writer, and `Configuration` where it keeps no positions: MariaDB without a
    /// binary log, or MySQL, whose kind of global transaction ids is not supported.
    ///
    /// # Cancellation
    /// Leaves nothing behind.
    ///
    /// # Examples
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sqlx::Sqlite;
    /// use sqlx_transactional::{Db, ReadOnly, Session, Token, transactional};
    ///
    /// #[transactional]
    /// async fn write(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    ///     sqlx::raw_sql("CREATE TABLE notes (note TEXT)").execute(session).await?;
    ///     Ok(())
    /// }
    ///
    /// #[transactional]
    /// async fn read(session: &mut Session<Sqlite, ReadOnly>) -> Result<i64, sqlx::Error> {
    ///     sqlx::query_scalar("SELECT count(*) FROM notes").fetch_one(session).await
    /// }
    ///
    /// let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
    /// write(&db).await?;
    /// let cookie = db.token().await?.to_string();
    ///
    /// let token: Token = cookie.parse()?;
    /// assert_eq!(read(&db.after(token)).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn token(&self) -> Result<Token, sqlx::Error> {
        begin::position(&self.shared.writer, &self.shared.runtime).await
    }

    /// The same database, whose calls that only read see everything up to `token`, and up to those
    /// that were given before.
    ///
    /// They begin on a reader that has come that far. If none has, they look again until
    /// [`with_reader_wait`](Self::with_reader_wait) has passed, or half of what is left of their
    /// `timeout`, without a connection in hand; then they read from the writer. A reader is asked
    /// in the message of BEGIN, which costs no round trip. They read from the writer at once if a
    /// reader cannot tell: it is no replica, or the token is of another kind of database. Calls
    /// that write are not affected.
    #[must_use]
    pub fn after(&self, token: Token) -> Self {
        let mut db = self.clone();
        let settings = Arc::make_mut(&mut db.settings);
        settings.after = std::mem::take(&mut settings.after).and(RequiredPosition::After(token));
        db
    }

    /// The same database, with another bound for the wait for a reader that has not seen what it
    /// has to, 100 ms by default.
    #[must_use]
    pub fn with_reader_wait(mut self, wait: Duration) -> Self {
        Arc::make_mut(&mut self.settings).reader_wait = wait;
        self
    }

    /// The same database, as a handle that reads its own writes: whatever calls on it, or on its
    /// clones, have committed is seen by calls on it that begin afterwards and only read. For one
    /// request, or one user: it waits for nobody else's commits. Starts with what `self` waits for.
    ///
    /// COMMIT brings the position along, in the same message. Where the server does not tell one,
    /// the handle reads from the writer.
    ///
    /// # Examples
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sqlx::Sqlite;
    /// # use sqlx_transactional::{Db, Session, transactional};
    /// # #[transactional]
    /// # async fn write(session: &mut Session<Sqlite>) -> Result<(), sqlx::Error> {
    /// #     sqlx::raw_sql("CREATE TABLE notes (note TEXT)").execute(session).await?;
    /// #     Ok(())
    /// # }
    /// # let db = Db::<Sqlite>::connect("sqlite::memory:").await?;
    /// let request = db.tracking();
    /// assert_eq!(request.waits_for(), None);
    /// write(&request).await?;
    /// let cookie = request.waits_for().map(|token| token.to_string()); // for the answer to this request
    /// assert_eq!(cookie.as_deref(), Some("local"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn tracking(&self) -> Self {
        let mut db = self.clone();
        let settings = Arc::make_mut(&mut db.settings);
        settings.tracker = Some(CommitTracker::starting_with(settings.wanted()));
        db
    }

    /// What calls on this handle that only read have to see: the commits of a
    /// [`tracking`](Self::tracking) handle, and what was given to [`after`](Self::after). None if
    /// there is nothing, or if the server did not tell: [`token`](Self::token) asks it.
    #[must_use]
    pub fn waits_for(&self) -> Option<Token> {
        self.settings.wanted().token().cloned()
    }
}
