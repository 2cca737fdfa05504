//! Functions as users write them. Each one moves money and writes the ledger in its own way.

/// The hooks of each function. One in 16 calls also has a hook that panics.
macro_rules! hooks {
    ($session:ident, $order:ident, $notes:ident) => {
        if $order.id % 16 == 0 {
            $session.after_commit(async { panic!("{}", crate::load::MEANT) });
        }
        $session.after_commit($notes.committed($order.id));
        $session.after_rollback($notes.rolled_back($order.id));
    };
}

/// `again` is the attribute above `#[transactional]`.
macro_rules! usual {
    ($db:ty, $slow:literal $(, $again:meta)?) => {
        $(#[$again])?
        #[transactional]
        pub(super) async fn plain(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            let Order { id, source, target, cents, .. } = order;
            hooks!(session, order, notes);
            sqlx::query(sql::<DB>(ADD)).bind(-cents).bind(source).execute(&mut *session).await?;
            sqlx::query(sql::<DB>(ADD)).bind(cents).bind(target).execute(&mut *session).await?;
            sqlx::query(sql::<DB>(NOTE)).bind(id).bind(source).bind(target).bind(cents).execute(session).await?;
            Ok(())
        }

        $(#[$again])?
        #[transactional]
        pub(super) async fn joined(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            transfer(session, order).await
        }

        $(#[$again])?
        #[transactional]
        pub(super) async fn nested(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            match fails(&mut *session, order, notes).await {
                Ok(()) | Err(BankError::Refused) => {}
                Err(error) => return Err(error),
            }
            succeeds(session, order).await
        }

        $(#[$again])?
        #[transactional]
        pub(super) async fn snapshot(session: &mut Session<$db, RepeatableRead>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            let before = "SELECT cents FROM accounts WHERE id = $1";
            let before: i64 = sqlx::query_scalar(sql::<DB>(before)).bind(order.source).fetch_one(&mut *session).await?;
            add(&mut *session, order.source, -order.cents).await?;
            let after = "SELECT cents FROM accounts WHERE id = $1";
            let after: i64 = sqlx::query_scalar(sql::<DB>(after)).bind(order.source).fetch_one(&mut *session).await?;
            note(&mut *session, order).await?;
            add(session, order.target, order.cents).await?;
            // At MariaDB's REPEATABLE READ, writes see what others have committed since the
            // snapshot.
            let torn = <$db as sqlx::Database>::NAME != "MySQL" && after != before - order.cents;
            if torn { Err(BankError::Torn(after)) } else { Ok(()) }
        }

        /// A helper that takes a connection writes the ledger.
        $(#[$again])?
        #[transactional]
        pub(super) async fn lent(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            add(&mut *session, order.source, -order.cents).await?;
            add(&mut *session, order.target, order.cents).await?;
            let connection: &mut <$db as sqlx::Database>::Connection = session.connection().await?;
            let Order { id, source, target, cents, .. } = order;
            sqlx::query(sql::<DB>(NOTE)).bind(id).bind(source).bind(target).bind(cents).execute(connection).await?;
            Ok(())
        }

        /// Has a lock timeout, and now and then sleeps for longer than its own timeout.
        $(#[$again])?
        #[transactional(timeout = "400ms", lock_timeout = "1s")]
        pub(super) async fn timed(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            transfer(session, order).await?;
            if order.id % 50 == 0 {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Ok(())
        }

        /// Now and then runs a statement that takes longer than the timeout.
        $(#[$again])?
        #[transactional(timeout = "300ms")]
        pub(super) async fn slow(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            note(&mut *session, order).await?;
            add(&mut *session, order.source, -order.cents).await?;
            add(&mut *session, order.target, order.cents).await?;
            if order.id % 7 == 0 {
                sqlx::query($slow).fetch_all(session).await?;
            }
            Ok(())
        }

        /// Sees all of the money while other calls move it.
        $(#[$again])?
        #[transactional]
        pub(super) async fn total(session: &mut Session<$db, ReadOnly<RepeatableRead>>, order: Order, notes: &Notes) -> Result {
            session.after_commit(notes.committed(order.id));
            let one_by_one = "SELECT cents FROM accounts WHERE id = $1";
            let mut total = 0;
            for account in 1..=ACCOUNTS {
                total += sqlx::query_scalar::<_, i64>(sql::<DB>(one_by_one)).bind(account).fetch_one(&mut *session).await?;
            }
            if total == ACCOUNTS * OPENING { Ok(()) } else { Err(BankError::Torn(total)) }
        }

        /// Succeeds, and stores nothing.
        $(#[$again])?
        #[transactional]
        pub(super) async fn marked(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            transfer(&mut *session, order).await?;
            session.set_rollback_only();
            Ok(())
        }

        /// Fails with an error of its own.
        $(#[$again])?
        #[transactional]
        pub(super) async fn refused(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            transfer(session, order).await?;
            Err(BankError::Refused)
        }

        /// Panics.
        $(#[$again])?
        #[transactional]
        pub(super) async fn panics(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            hooks!(session, order, notes);
            transfer(session, order).await?;
            panic!("{}", crate::load::MEANT)
        }
    };
}
