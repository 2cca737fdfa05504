//! The parts of the bank's functions. They join the session of their caller.

macro_rules! parts {
    ($db:ty) => {
        type DB = $db;

        #[transactional]
        async fn add(session: &mut Session<$db>, account: i64, cents: i64) -> Result {
            sqlx::query(sql::<DB>(ADD))
                .bind(cents)
                .bind(account)
                .execute(session)
                .await?;
            Ok(())
        }

        #[transactional]
        async fn note(session: &mut Session<$db>, order: Order) -> Result {
            let Order {
                id,
                source,
                target,
                cents,
                ..
            } = order;
            sqlx::query(sql::<DB>(NOTE))
                .bind(id)
                .bind(source)
                .bind(target)
                .bind(cents)
                .execute(session)
                .await?;
            Ok(())
        }

        #[transactional]
        async fn transfer(session: &mut Session<$db>, order: Order) -> Result {
            add(&mut *session, order.source, -order.cents).await?;
            note(&mut *session, order).await?;
            add(session, order.target, order.cents).await
        }

        /// Its writes are undone alone. No call has the id that it writes.
        #[transactional(nested)]
        async fn fails(session: &mut Session<$db>, order: Order, notes: &Notes) -> Result {
            session.after_commit(notes.committed(-order.id));
            transfer(
                session,
                Order {
                    id: -order.id,
                    ..order
                },
            )
            .await?;
            Err(BankError::Refused)
        }

        #[transactional(nested)]
        async fn succeeds(session: &mut Session<$db>, order: Order) -> Result {
            transfer(session, order).await
        }
    };
}
