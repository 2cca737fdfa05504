//! A call takes no more round trips than sqlx by hand, and one less than with sqlx's default pool.
//! Options take none.

use sqlx_transactional::{ReadOnly, RepeatableRead, Serializable, Session, transactional};
use tests::proxy::{Counted, Point, Proxied, Proxy, Way};
use tests::servers::TestDatabase;

use crate::bank::options;

type Result<T = i64, E = sqlx::Error> = std::result::Result<T, E>;

const SELECT: &str = "SELECT cents FROM accounts WHERE id = 1";

/// What `call` sends on a connection on which its statements are already prepared.
async fn counted<DB: Proxied, T>(call: impl AsyncFn(&sqlx::Pool<DB>) -> T) -> Counted<T> {
    let database = TestDatabase::<DB>::with_accounts().await;
    let proxy = Proxy::of(&database);
    let pool = database.pool_through(&proxy, options(1));
    call(&pool).await;
    let counted = proxy.count(async || call(&pool).await).await;
    // Not earlier: the proxy would close the connection while the pool still pings.
    pool.close().await;
    counted
}

/// What an application does in one transaction.
#[derive(Clone, Copy)]
enum Step {
    Statement,
    Nested { ok: bool },
    NestedTwice,
}

on! { [postgres mysql]
    #[transactional]
    async fn one_statement(session: &mut Session<DB>) -> Result {
        sqlx::query_scalar(SELECT).fetch_one(session).await
    }

    async fn by_hand(pool: &sqlx::Pool<DB>) -> Result {
        let mut transaction = pool.begin().await?;
        let cents = sqlx::query_scalar(SELECT).fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(cents)
    }

    #[tokio::test]
    async fn of_one_statement_are_as_by_hand_without_ping() {
        for counted in [counted(one_statement_on).await, counted(by_hand).await] {
            assert_eq!(counted.round_trips(), 3, "{:#?}", counted.flights());
            counted.value.expect("nothing fails");
        }

        let database = TestDatabase::<DB>::with_accounts().await;
        let proxy = Proxy::of(&database);
        let default = database.pool_through(&proxy, options(1).test_before_acquire(true));
        by_hand(&default).await.expect("nothing fails");
        // The ping of the release is over. The next one is that of the next acquire.
        while default.num_idle() == 0 {
            tokio::task::yield_now().await;
        }
        let by_hand = proxy.count(async || by_hand(&default).await.expect("nothing fails")).await;
        assert!(matches!(by_hand.flights()[0].as_slice(), ["Sync" | "COM_PING"]), "{:#?}", by_hand.flights());
        assert_eq!(by_hand.round_trips(), 3, "{:#?}", by_hand.flights());
    }

    async fn one_statement_on(pool: &sqlx::Pool<DB>) -> Result {
        one_statement(pool).await
    }

    #[transactional]
    async fn hooked(session: &mut Session<DB>) -> Result {
        session.after_commit(async {});
        session.after_rollback(async {});
        one_statement(session).await
    }

    #[tokio::test]
    async fn of_hooks_are_none() {
        let counted = counted(async |pool| hooked(pool).await.expect("nothing fails")).await;
        assert_eq!(counted.round_trips(), 3, "{:#?}", counted.flights());
    }

    #[transactional]
    async fn fails(session: &mut Session<DB>) -> Result {
        one_statement(session).await?;
        Err(sqlx::Error::RowNotFound)
    }

    #[tokio::test]
    async fn of_an_err_are_one() {
        let counted = counted(async |pool| fails(pool).await.expect_err("it says so")).await;
        assert_eq!(counted.round_trips(), 3, "{:#?}", counted.flights());
        assert_eq!(counted.statements().last(), Some(&"ROLLBACK"));
    }

    #[transactional]
    async fn joined_twice(session: &mut Session<DB>) -> Result {
        one_statement(&mut *session).await?;
        hooked(session).await
    }

    #[tokio::test]
    async fn of_joining_are_none() {
        let counted = counted(async |pool| joined_twice(pool).await.expect("nothing fails")).await;
        assert_eq!(counted.statements()[1..], [SELECT, SELECT, "COMMIT"]);
        assert_eq!(counted.round_trips(), 4, "{:#?}", counted.flights());
    }

    #[transactional]
    async fn reads(session: &mut Session<DB, ReadOnly>) -> Result {
        sqlx::query_scalar(SELECT).fetch_one(session).await
    }

    #[transactional]
    async fn reads_repeatably(session: &mut Session<DB, ReadOnly<RepeatableRead>>) -> Result {
        reads(session).await
    }

    /// The call ends while the answer to COMMIT is still held. The caller waited only for the
    /// answers before it.
    #[tokio::test]
    async fn before_the_answer_of_a_read_only_call_are_two() {
        let database = TestDatabase::<DB>::with_accounts().await;
        let proxy = Proxy::of(&database);
        let pool = database.pool_through(&proxy, options(1));
        reads(&pool).await.expect("nothing fails");
        // The COMMIT of this call is still on its way.
        while pool.num_idle() == 0 {
            tokio::task::yield_now().await;
        }
        for repeatably in [false, true] {
            let held = proxy.hold(Way::ToClient, Point::Commit);
            let counted = proxy.count(async || if repeatably { reads_repeatably(&pool).await } else { reads(&pool).await }).await;
            assert_eq!(counted.value.expect("nothing fails"), 1000);
            held.reached().await;
            let sent = counted.messages.iter().filter(|message| message.runs && !message.text.starts_with("COMMIT"));
            assert_eq!(sent.map(|message| message.flight).collect::<std::collections::BTreeSet<_>>().len(), 2, "{:#?}", counted.messages);
            held.release();
        }
    }

    #[transactional(nested)]
    async fn nested(session: &mut Session<DB>, ok: bool) -> Result {
        let cents = one_statement(session).await?;
        if ok { Ok(cents) } else { Err(sqlx::Error::RowNotFound) }
    }

    #[transactional(nested)]
    async fn nested_twice(session: &mut Session<DB>) -> Result {
        nested(session, true).await
    }

    #[transactional]
    async fn steps(session: &mut Session<DB>, steps: &[Step]) -> Result<()> {
        for step in steps {
            match *step {
                Step::Statement => drop(one_statement(&mut *session).await?),
                Step::Nested { ok } => assert_eq!(nested(&mut *session, ok).await.is_ok(), ok),
                Step::NestedTwice => drop(nested_twice(&mut *session).await?),
            }
        }
        Ok(())
    }

    /// SAVEPOINT takes one. RELEASE takes one if a statement follows, for all savepoints that ended
    /// before it. Before another SAVEPOINT or COMMIT it takes none, because it is sent in the same
    /// message. After an `Err` there is a ROLLBACK TO instead, and the savepoint stays until one of
    /// these messages.
    #[tokio::test]
    async fn of_nesting_are_two_a_level_at_the_most() {
        let (ok, err) = (Step::Nested { ok: true }, Step::Nested { ok: false });
        for (what, statements, more) in [
            (vec![Step::Statement, Step::Statement], 2, 0),
            (vec![ok], 1, 1),
            (vec![ok, Step::Statement], 2, 2),
            (vec![ok, ok, ok], 3, 3),
            (vec![Step::NestedTwice], 1, 2),
            (vec![Step::NestedTwice, Step::Statement], 2, 3),
            (vec![err], 1, 2),
            (vec![err, err], 2, 4),
            (vec![err, Step::Statement], 2, 2),
        ] {
            let counted = counted(async |pool| steps(pool, &what).await.expect("nothing fails")).await;
            assert_eq!(counted.round_trips(), 2 + statements + more, "{:#?}", counted.statements());
        }
    }
}

macro_rules! cost_three {
    ($db:ty, $check:path; $($name:ident ($($options:tt)*) $mode:ty, $begin:literal;)*) => { $(
        #[tokio::test]
        async fn $name() {
            #[transactional($($options)*)]
            async fn call(session: &mut Session<$db, $mode>) -> Result {
                sqlx::query_scalar(SELECT).fetch_one(session).await
            }

            let counted = counted(async |pool: &sqlx::Pool<$db>| call(pool).await.expect("nothing fails")).await;
            let [begin, SELECT, commit] = counted.statements()[..] else { panic!("{:#?}", counted.statements()) };
            $check(begin, commit, $begin);
            assert_eq!(counted.round_trips(), 3, "{:#?}", counted.flights());
        }
    )* };
}
/// All options are sent together with BEGIN.
mod with_options {
    use sqlx_transactional::ReadWrite;

    use super::*;

    fn exactly(begin: &str, commit: &str, text: &str) {
        // The query asks for the backend's pid, which a cancel request needs, and whether BEGIN
        // began a new transaction.
        let begin = begin
            .strip_suffix("; SELECT pg_backend_pid(), now() = statement_timestamp()")
            .expect(begin);
        assert_eq!((begin, commit), (text, "COMMIT"));
    }

    cost_three! {
        sqlx::Postgres, exactly;
        none () ReadWrite, "BEGIN";
        a_name (name = "a name") ReadWrite, "BEGIN";
        an_isolation_level () RepeatableRead, "BEGIN ISOLATION LEVEL REPEATABLE READ";
        a_timeout (timeout = "2s") ReadWrite, "BEGIN; SET LOCAL statement_timeout = 2000";
        a_lock_timeout (lock_timeout = "1s") ReadWrite, "BEGIN; SET LOCAL lock_timeout = 1000";
        relaxed_durability (durability = relaxed) ReadWrite, "BEGIN; SET LOCAL synchronous_commit = off";
        a_deferrable_snapshot (deferrable) ReadOnly<Serializable>,
            "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE";
        many_at_once (name = "many", timeout = "2s", lock_timeout = "1s", durability = relaxed) Serializable,
            "BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL statement_timeout = 2000; SET LOCAL lock_timeout = 1000; \
             SET LOCAL synchronous_commit = off";
    }
}

/// What is set together with START TRANSACTION is reset together with COMMIT.
mod with_options_on_mysql {
    use sqlx_transactional::ReadWrite;

    use super::*;

    fn around(begin: &str, commit: &str, part: &str) {
        assert!(
            begin.contains(part)
                && begin.contains("START TRANSACTION")
                && commit.contains("COMMIT"),
            "{begin} .. {commit}"
        );
    }

    cost_three! {
        sqlx::MySql, around;
        none () ReadWrite, "READ WRITE";
        an_isolation_level () RepeatableRead, "ISOLATION LEVEL REPEATABLE READ";
        a_timeout (timeout = "2s") ReadWrite, "max_statement_time";
        a_lock_timeout (lock_timeout = "1s") ReadWrite, "innodb_lock_wait_timeout";
        many_at_once (name = "many", timeout = "2s", lock_timeout = "1s") Serializable, "ISOLATION LEVEL SERIALIZABLE";
    }
}
