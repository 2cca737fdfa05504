//! `#[sqlx_transactional::test]`: each option, each shape, and everything that it refuses.

use super::{check_known, split};
use crate::test::args::{Args, KNOWN};

#[test]
fn what_is_documented_is_what_is_read() {
    check_known(
        KNOWN,
        include_str!("../../docs/test.md"),
        |options, diagnostics| drop(Args::parse(options, diagnostics)),
    );
}

/// Not a snapshot: nothing prints a function without a body outside of a block.
#[test]
fn no_body() {
    let (options, item) = split("#[test]\nasync fn f(db: Db<Postgres>);");
    let expansion = crate::test::expand(options, &item).to_string();
    assert!(
        expansion.contains("a method without a body has nothing to test"),
        "{expansion}"
    );
    assert!(expansion.ends_with(&item.to_string()), "{expansion}");
}

snapshots! { "test_":
signs_up "
#[test(fixtures(\"users\"))]
async fn signs_up(db: Db<Postgres>) -> Result<(), Error> {
    sign_up(&db, \"ada\").await?;
    assert_eq!(users(&db).await?, [\"grace\", \"ada\"]);
    Ok(())
}"

sandbox "
#[test(isolation = serializable, migrations = false)]
async fn retries(mut db: Db<Postgres>, sandbox: &Sandbox<Postgres>) { body() }"

clone "
#[test(clone, migrations = \"db/migrations\", flavor = \"multi_thread\")]
#[should_panic(expected = \"two\")]
#[ignore = \"slow\"]
async fn two_at_once(db: Db<MySql>, _: Pool<MySql>) -> impl Termination { body() }"

all_other_options "
#[test(migrator = crate::MIGRATOR, fixtures(\"users\", \"posts.sql\", \"../data/all.sql\",), isolation = read_committed, flavor = \"current_thread\", crate = framework::database)]
/// Documented.
pub(crate) async fn work(#[allow(unused)] Given { db }: Given) { #![allow(unused)] body() }"

repeatable_read "
#[test(isolation = repeatable_read)]
async fn reads(db: Db<Any>) { body() }"
}

snapshots! { "mistake_test_":
other_attributes "
#[test]
#[tokio::test]
#[test]
#[transactional]
#[retry_on_error]
async fn f(db: Db<Postgres>) { body() }"
}

mistakes! {
unknown_option "
#[test(migration, fixturs(\"users\"), template, url = \"postgres:\", worker_threads = 4, isolation_level = 1, timeout = \"2s\", should_panic, cloned, scripts)]
async fn f(db: Db<Postgres>) { body() }"
=>
    "unknown option `migration`",
    "unknown option `fixturs`",
    "unknown option `template`",
    "unknown option `url`",
    "unknown option `worker_threads`",
    "unknown option `isolation_level`",
    "unknown option `timeout`",
    "unknown option `should_panic`",
    "unknown option `cloned`",
    "unknown option `scripts`";

option_twice "
#[test(clone, clone)]
async fn f(db: Db<Postgres>) { body() }"
=> "`clone` is set twice";

option_without_value "
#[test(migrations, migrator =, fixtures, isolation, flavor, crate)]
async fn f(db: Db<Postgres>) { body() }"
=>
    "`migrations` needs a value",
    "`migrator` needs a value",
    "`fixtures` takes strings in parentheses",
    "`isolation` needs a value",
    "`flavor` needs a value",
    "`crate` needs a value";

option_with_wrong_value "
#[test(migrations = true, migrator = \"MIGRATOR\", fixtures(users, \"posts\"), isolation = snapshot, clone = true, flavor = \"threads\", crate = \"framework\")]
async fn f(db: Db<Postgres>) { body() }"
=>
    "`migrations` takes a string, or `false`",
    "`migrator` takes the path of a static",
    "`fixtures` takes strings, separated by commas",
    "`isolation` takes one word: `serializable`, `repeatable_read`, `read_committed`",
    "`clone` takes no value",
    "unknown flavor \"threads\"",
    "`crate` takes the path of a module";

fixtures_of_nothing "
#[test(fixtures())]
async fn f(db: Db<Postgres>) { body() }"
=> "`fixtures` needs a string";

fixtures_of_sqlx "
#[test(fixtures(path = \"data\", scripts(\"users\")))]
async fn f(db: Db<Postgres>) { body() }"
=> "`fixtures` takes strings, separated by commas";

migrations_and_migrator "
#[test(migrator = MIGRATOR, migrations = false)]
async fn f(db: Db<Postgres>) { body() }"
=> "`migrator` contradicts `migrations`";

isolation_of_a_clone "
#[test(clone, isolation = serializable)]
async fn f(db: Db<Postgres>) { body() }"
=> "`isolation` contradicts `clone`";

not_async "
#[test]
fn f(db: Db<Postgres>) { body() }"
=> "`#[sqlx_transactional::test]` needs an `async fn`";

qualifiers "
#[test]
const async extern \"C\" fn f(db: Db<Postgres>, ...) { body() }"
=>
    "a `const fn` cannot be a test",
    "an `extern` function cannot be a test",
    "a variadic function cannot be a test";

generic "
#[test]
async fn f<DB: Driver>(db: Db<DB>) { body() }"
=> "a test cannot be generic";

nothing "
#[test]
async fn f() { body() }"
=> "the test takes no database";

method "
#[test]
async fn f(&self, db: Db<Postgres>) { body() }"
=> "a test cannot be a method";

session "
#[test]
async fn f(session: &mut Session<Sqlite>, other: &Session, #[session] marked: &mut Writes) { body() }"
=>
    "a test is given a database, not a session",
    "a test is given a database, not a session",
    "a test is given a database, not a session";

sandbox_by_value "
#[test]
async fn f(one: Sandbox<Sqlite>, two: &mut Sandbox<Sqlite>) { body() }"
=> "the sandbox cannot be taken by value", "the sandbox is shared";

sandbox_of_a_clone "
#[test(clone)]
async fn f(sandbox: &Sandbox<Sqlite>) { body() }"
=> "with `clone` there is no sandbox";

impl_trait "
#[test]
async fn f(db: impl Into<Db<Postgres>>) { body() }"
=> "`impl Trait` does not say what the test takes";

on_a_struct "
#[test]
struct Users;"
=> "`#[sqlx_transactional::test]` needs an `async fn`, this is a struct";

on_an_impl "
#[test]
impl Users {}"
=> "`#[sqlx_transactional::test]` needs an `async fn`, this is an `impl` block";
}
