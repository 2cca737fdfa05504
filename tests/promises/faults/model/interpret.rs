//! Runs a program through annotated functions, and records what they see.

use std::{
    cell::{Cell, RefCell},
    sync::{Arc, Mutex},
};

use futures_util::{FutureExt as _, TryStreamExt as _, future::LocalBoxFuture};
use sqlx::{AssertSqlSafe, Pool, Row as _};
use sqlx_transactional::{ReadOnly, Session, retry_on_error, transactional};
use tests::servers::Server;

use super::{
    program::{Act, Body, Callee, End, Program, Step},
    seen::{Event, Failure, Hook},
};

/// A database that programs can be run on.
pub(super) trait Interpreter: Server {
    async fn interpret(pool: &Pool<Self>, program: &Program, log: &Log) -> Result<(), Failure>;
}

/// What was seen.
#[derive(Default)]
pub(super) struct Log {
    pub(super) events: RefCell<Vec<Event>>,
    pub(super) hooks: Arc<Mutex<Vec<Hook>>>,
    registered: Cell<usize>,
}

impl Log {
    fn add(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }

    fn hook(&self, kind: fn(usize) -> Hook) -> impl Future<Output = ()> + Send + 'static {
        let hook = kind(self.registered.replace(self.registered.get() + 1));
        let hooks = Arc::clone(&self.hooks);
        async move { hooks.lock().expect("no holder panics").push(hook) }
    }
}

fn failing(database: &str) -> &'static str {
    match database {
        "PostgreSQL" => "SELECT 1 / 0",
        "MySQL" => "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1365",
        _ => "SELECT abs(-9223372036854775807 - 1)",
    }
}

fn ending(database: &str) -> &'static str {
    match database {
        "PostgreSQL" => {
            "DO $$ BEGIN RAISE EXCEPTION 'as a test must' USING ERRCODE = '40001'; END $$"
        }
        "MySQL" => "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1213",
        _ => "INSERT OR ROLLBACK INTO items VALUES (0)",
    }
}

fn end(end: End, attempt: u32) -> Result<(), Failure> {
    match end {
        End::Err => Err(Failure::Own),
        End::AgainUntil(last) if attempt <= last => Err(Failure::Again),
        End::Ok | End::AgainUntil(_) => Ok(()),
    }
}

on_each_database! {
    impl Interpreter for DB {
        async fn interpret(pool: &Pool<Self>, program: &Program, log: &Log) -> Result<(), Failure> {
            if program.retries { retrying(pool, &program.body, log).await } else { beginning(pool, &program.body, log).await }
        }
    }

    #[retry_on_error(attempts = 3, min_delay = "1ms", max_delay = "2ms", when = Failure::is_worth_another)]
    #[transactional]
    async fn retrying(session: &mut Session<DB>, body: &Body, log: &Log) -> Result<(), Failure> {
        log.add(Event::Attempt(session.attempt()));
        follow(session, body, log, 0).await
    }

    #[transactional]
    async fn beginning(session: &mut Session<DB>, body: &Body, log: &Log) -> Result<(), Failure> {
        log.add(Event::Attempt(session.attempt()));
        follow(session, body, log, 0).await
    }

    #[transactional]
    async fn joined(session: &mut Session<DB>, body: &Body, log: &Log, depth: usize) -> Result<(), Failure> {
        follow(session, body, log, depth).await
    }

    #[transactional(nested)]
    async fn nested(session: &mut Session<DB>, body: &Body, log: &Log, depth: usize) -> Result<(), Failure> {
        follow(session, body, log, depth).await
    }

    #[transactional]
    async fn reading(session: &mut Session<DB, ReadOnly>, body: &Body, log: &Log) -> Result<(), Failure> {
        for step in &body.steps {
            note(step, act(&mut *session, &step.act, log).await, log)?;
        }
        end(body.end, session.attempt())
    }

    /// A helper without an attribute. The functions recurse through it.
    fn follow<'a>(session: &'a mut Session<DB>, body: &'a Body, log: &'a Log, depth: usize) -> LocalBoxFuture<'a, Result<(), Failure>> {
        async move {
            for step in &body.steps {
                let work = async {
                    match &step.act {
                        Act::Call(Callee::Joined, body) => joined(&mut *session, body, log, depth + 1).await.map(|()| Event::Done),
                        Act::Call(Callee::Nested, body) => nested(&mut *session, body, log, depth + 1).await.map(|()| Event::Done),
                        Act::Call(Callee::Reading, body) => reading(&mut *session, body, log).await.map(|()| Event::Done),
                        other => act(&mut *session, other, log).await,
                    }
                };
                let ended = match step.cut {
                    Some(cut) => cut.apply(work).await,
                    None => Some(work.await),
                };
                match ended {
                    Some(outcome) => note(step, outcome, log)?,
                    None => log.add(Event::Dropped(depth)),
                }
            }
            end(body.end, session.attempt())
        }
        .boxed_local()
    }

    fn note(step: &Step, outcome: Result<Event, Failure>, log: &Log) -> Result<(), Failure> {
        match outcome {
            Ok(event) => log.add(event),
            Err(failure) => {
                log.add(Event::Failed(failure.kind()));
                if !step.swallows {
                    return Err(failure);
                }
            }
        }
        Ok(())
    }

    async fn act<M: ?Sized + Send>(session: &mut Session<DB, M>, act: &Act, log: &Log) -> Result<Event, Failure> {
        let name = <DB as sqlx::Database>::NAME;
        match act {
            Act::Insert(row) => {
                sqlx::query(AssertSqlSafe(format!("INSERT INTO items VALUES ({row})"))).execute(session).await?;
            }
            Act::Read => {
                let rows = sqlx::query("SELECT id FROM items").fetch_all(session).await?;
                return Ok(Event::Read(rows.iter().map(|row| row.get(0)).collect()));
            }
            Act::LeaveStream => {
                let mut rows = sqlx::query("SELECT id FROM numbers").fetch(session);
                rows.try_next().await?;
            }
            Act::Fail => {
                sqlx::raw_sql(failing(name)).execute(session).await?;
            }
            Act::EndUntil(last) if session.attempt() <= *last => {
                sqlx::raw_sql(ending(name)).execute(session).await?;
            }
            Act::EndUntil(_) => {}
            Act::Lend => {
                let connection = session.connection().await?;
                sqlx::query("UPDATE lent SET times = times + 1").execute(connection).await?;
            }
            Act::RollbackOnly => session.set_rollback_only(),
            Act::AfterCommit => session.after_commit(log.hook(Hook::Committed)),
            Act::AfterRollback => session.after_rollback(log.hook(Hook::RolledBack)),
            Act::Call(..) => unreachable!("`reading` makes no calls"),
        }
        Ok(Event::Done)
    }
}
