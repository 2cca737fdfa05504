//! What a test costs on a PostgreSQL database of forty tables: in a sandbox, on a clone of a
//! template, and with `#[sqlx::test]`.

use std::{
    env, fs,
    io::Result,
    process::{Command, ExitCode},
    thread,
    time::Instant,
};

use benches::Times;
use sqlx::{
    PgPool, Postgres,
    migrate::Migrator,
    testing::{TestArgs, TestFn as _},
};
use sqlx_transactional::{__private::Test, Db, ReadWrite, Session, transactional};
use tests::servers::TestDatabase;

const TABLES: u32 = 40;
const ROUNDS: u32 = 20;
/// Tests at the same time: as many as Rust's test harness runs on eight cores.
const AT_ONCE: u32 = 8;

#[transactional]
async fn sign_up(
    session: &mut Session<Postgres>,
    name: &str,
) -> std::result::Result<i64, sqlx::Error> {
    sqlx::query("INSERT INTO table_1 (text) VALUES ($1)")
        .bind(name)
        .execute(&mut *session)
        .await?;
    sqlx::query_scalar("SELECT count(*) FROM table_1")
        .fetch_one(session)
        .await
}

async fn test(db: Db<Postgres>) {
    let name = format!("ada {}", fresh());
    assert_eq!(sign_up(&db, &name).await.expect("it is inserted"), 1);
}

/// A random number. Tests in sandboxes that insert the same unique name would wait for each other.
fn fresh() -> u64 {
    rand::random()
}

async fn test_on_a_pool(pool: PgPool) {
    test(Db::from(pool)).await;
}

/// The test in its three forms, as the attributes expand to them.
#[derive(Clone, Copy)]
struct Cases {
    directory: &'static str,
    migrator: &'static Migrator,
}

type Case = (&'static str, fn(Cases));

impl Cases {
    const ALL: [Case; 3] = [
        ("in a sandbox", Self::in_a_sandbox),
        ("on a clone", Self::on_a_clone),
        ("#[sqlx::test]", Self::of_sqlx),
    ];

    fn ours(self) -> Test {
        Test::new("/").migrations(self.directory)
    }

    fn in_a_sandbox(self) {
        self.ours()
            .in_sandbox::<_, ReadWrite, _>(&async |sandbox| test(sandbox.db()).await);
    }

    fn on_a_clone(self) {
        self.ours()
            .in_clone(async |db: &Db<Postgres>| test(db.clone()).await);
    }

    fn of_sqlx(self) {
        let path: &'static str = Box::leak(format!("benches::tests::{}", fresh()).into_boxed_str());
        let mut args = TestArgs::new(path);
        args.migrator(self.migrator);
        let run: fn(PgPool) -> _ = test_on_a_pool;
        run.run_test(args);
    }
}

/// The first process creates the database. The second one, its child, finds it in `DATABASE_URL`,
/// as tests do.
#[tokio::main]
async fn main() -> Result<ExitCode> {
    if env::var_os("DATABASE_URL").is_some() {
        return thread::spawn(measure)
            .join()
            .expect("it does not panic")
            .map(|()| ExitCode::SUCCESS);
    }
    let database = TestDatabase::<Postgres>::new().await;
    let measured = Command::new(env::current_exe()?)
        .env("DATABASE_URL", database.url())
        .status()?;
    Ok(if measured.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn measure() -> Result<()> {
    let directory = tempfile::tempdir()?;
    for table in 1..=TABLES {
        let sql = format!(
            "CREATE TABLE table_{table} (id BIGSERIAL PRIMARY KEY, text TEXT NOT NULL UNIQUE, at TIMESTAMPTZ NOT NULL DEFAULT now());
             CREATE INDEX ON table_{table} (at);"
        );
        fs::write(directory.path().join(format!("{table}_table.sql")), sql)?;
    }
    let path = Box::leak(directory.path().display().to_string().into_boxed_str());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let migrator = Box::leak(Box::new(
        runtime
            .block_on(Migrator::new(directory.path()))
            .expect("they are read"),
    ));
    let cases = Cases {
        directory: path,
        migrator,
    };
    report("one at a time", cases, 1);
    report("eight at once", cases, AT_ONCE);
    Ok(())
}

fn report(title: &str, cases: Cases, at_once: u32) {
    // Runs the migrations and creates the template.
    for (_, run) in Cases::ALL {
        run(cases);
    }
    let mut times = Times::default();
    for _ in 0..ROUNDS {
        for (name, run) in Cases::ALL {
            let start = Instant::now();
            thread::scope(|scope| (0..at_once).for_each(|_| drop(scope.spawn(move || run(cases)))));
            times.note(name, start.elapsed() / at_once);
        }
    }
    println!("{title}:");
    for cost in times.costs() {
        let (low, high) = cost.between;
        println!(
            "  {:<16}{:>10.1?} a test{:>8.2} ({low:.2} to {high:.2})",
            cost.name, cost.time, cost.ratio
        );
    }
}
