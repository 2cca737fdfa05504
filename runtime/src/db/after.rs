//! The methods of `Db` for reading earlier commits from a reader: tokens, and handles that wait for
//! a position.
//!
//! `driver/position.rs` owns the token, `transaction/tracker.rs` the commits of a handle, and
//! `routing.rs` the wait itself.
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
    /// Asks the writer for its current position. Returns a token that covers every commit that was
    /// acknowledged before the call. It takes one round trip.
    ///
    /// Send the token to the client in a cookie or a header. The process that serves the next
    /// request passes it to [`after`](Self::after).
    ///
    /// # Errors
    /// - The error of acquiring a connection of the writer, or of the query.
    /// - `Io` with `TimedOut` if no connection of the pool gets an answer within 1 s.
    /// - `Configuration` if the server has no positions: MariaDB without a binary log, or MySQL.
    ///   The global transaction ids of MySQL are not supported.
    ///
    /// # Cancellation
    /// A connection to a server is closed if it was acquired. There is no other effect.
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

    /// Returns a handle to the same database on which calls that only read see all commits up to
    /// `token`. Tokens that `self` waits for still count. Calls that write are not affected.
    ///
    /// A call asks a reader for its position in the message of BEGIN, which costs no round trip. If
    /// the reader has replayed the commits, the call reads from it.
    ///
    /// If the reader is behind, the call asks again, and holds no connection meanwhile. After
    /// [`with_reader_wait`](Self::with_reader_wait), or half of its remaining `timeout` if that is
    /// less, it reads from the writer.
    ///
    /// The call reads from the writer at once if a reader cannot compare positions: it is not a
    /// replica, or the token belongs to another kind of database.
    #[must_use]
    pub fn after(&self, token: Token) -> Self {
        let mut db = self.clone();
        let settings = Arc::make_mut(&mut db.settings);
        settings.after = std::mem::take(&mut settings.after).and(RequiredPosition::After(token));
        db
    }

    /// Sets how long a call waits for a reader that is behind the position it needs. After that,
    /// the call reads from the writer.
    ///
    /// # Defaults
    /// 100 ms.
    #[must_use]
    pub fn with_reader_wait(mut self, wait: Duration) -> Self {
        Arc::make_mut(&mut self.settings).reader_wait = wait;
        self
    }

    /// Returns a handle to the same database that reads its own writes. Calls that only read, on it
    /// or on its clones, see everything that these handles have committed before. The handle starts
    /// with the position that `self` waits for.
    ///
    /// Create one for each request or each user. It does not wait for commits of other handles.
    ///
    /// The position comes with the answer to COMMIT and costs no round trip. If the server did not
    /// report one, calls on the handle read from the writer until a later COMMIT brings a position.
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
        settings.tracker = Some(CommitTracker::starting_with(settings.required()));
        db
    }

    /// Returns the position that calls on this handle have to see if they only read. It covers the
    /// tokens that were passed to [`after`](Self::after) and the commits of a
    /// [`tracking`](Self::tracking) handle.
    ///
    /// Returns `None` if there is nothing to wait for. Also returns `None` if the position is not
    /// known, because a server did not report it; ask with [`token`](Self::token) then.
    #[must_use]
    pub fn waits_for(&self) -> Option<Token> {
        self.settings.required().token().cloned()
    }
}
