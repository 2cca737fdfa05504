//! Functions that users should not write: they ignore errors, or drop statements and joined calls
//! half-way, and go on. `Ok` still means that the row is stored.

/// `again` is the attribute above `#[transactional]`.
macro_rules! rude {
    ($db:ty $(, $again:meta)?) => {
        /// Ignores the errors of its statements, even if one has ended the transaction.
        $(#[$again])?
        #[transactional]
        pub(super) async fn careless(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            let Order { id, source, target, .. } = order;
            for account in [source, target] {
                let _ = sqlx::query(sql::<DB>(ADD)).bind(0_i64).bind(account).execute(&mut *session).await;
            }
            if id % 4 == 0 {
                let again = sqlx::query(sql::<DB>("INSERT INTO accounts VALUES ($1, $2)")).bind(source).bind(0_i64);
                let _ = again.execute(&mut *session).await;
            }
            sqlx::query(sql::<DB>(NOTE)).bind(id).bind(source).bind(target).bind(0_i64).execute(session).await?;
            Ok(())
        }

        /// Has almost no time to wait for a lock.
        #[transactional(timeout = "30ms")]
        async fn in_a_hurry(session: &mut Session<$db>, account: i64) -> Result {
            add(session, account, 0).await
        }

        /// In every other call, goes on after the joined call has timed out.
        $(#[$again])?
        #[transactional]
        pub(super) async fn hurried(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            note(&mut *session, Order { cents: 0, ..order }).await?;
            let hurried = in_a_hurry(&mut *session, order.source).await;
            if order.id % 2 == 0 {
                hurried?;
            }
            add(session, order.target, 0).await
        }

        /// Drops a read, a stream and now and then a write half-way, and goes on.
        $(#[$again])?
        #[transactional]
        pub(super) async fn impatient(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            let patience = Duration::from_micros(order.id.unsigned_abs().wrapping_mul(37) % 3_000);
            let read = sqlx::query_scalar::<_, i64>(sql::<DB>("SELECT cents FROM accounts WHERE id = $1")).bind(order.target);
            let _ = timeout(patience, read.fetch_one(&mut *session)).await;
            transfer(&mut *session, order).await?;
            sqlx::query("SELECT id, cents FROM accounts").fetch(&mut *session).try_next().await?;
            if order.id % 3 == 0 {
                let _ = timeout(patience, add(&mut *session, order.target, 0)).await;
            }
            add(session, order.source, 0).await
        }
    };
}
