//! The table of all hazards. Checks that each hazard has a file, and tests by hand and through the
//! crate on every database that has the hazard.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

/// The number of a hazard, the databases that have it, and a description.
const HAZARDS: [(usize, &[Database], &str); 40] = [
    (
        1,
        &[Postgres],
        "COMMIT of an aborted transaction is Ok, and nothing is stored",
    ),
    (
        2,
        &[Postgres],
        "a cancelled begin stays open, and others write into it",
    ),
    (
        3,
        &[MySql],
        "a cancelled begin stays open, or takes its connection along",
    ),
    (
        4,
        &[MySql],
        "after a deadlock the next statement runs in autocommit mode",
    ),
    (
        5,
        &[Sqlite],
        "a conflict clause or a trigger ends the transaction",
    ),
    (6, &[MySql], "DDL commits"),
    (
        7,
        &[Postgres, Sqlite],
        "a conflict is reported by COMMIT, not by a statement",
    ),
    (
        8,
        &[MySql],
        "a lock timeout has the SQLSTATE of a general error",
    ),
    (
        9,
        &[Sqlite],
        "a transaction that has read cannot wait for the write lock",
    ),
    (
        10,
        &[Postgres, MySql],
        "locks are held after the transaction was dropped",
    ),
    (11, &ALL, "a rollback that fails replaces the error"),
    (12, &[MySql], "a deadlock takes the savepoints along"),
    (
        13,
        &[MySql],
        "the isolation level cannot be set inside the transaction",
    ),
    (
        14,
        &[Sqlite],
        "in memory each connection is another database",
    ),
    (15, &ALL, "dropped outside a runtime, a transaction panics"),
    (
        16,
        &ALL,
        "a task takes the request's transaction along: 200, and nothing stored",
    ),
    (17, &[Postgres, Sqlite], "savepoints pile up"),
    (
        18,
        &ALL,
        "the class of an error is lost in conversion, or read out of its data",
    ),
    (
        19,
        &ALL,
        "a BEGIN that fails half-way stays open in the pool",
    ),
    (
        20,
        &[MySql],
        "a query cancelled while it is prepared costs a permit",
    ),
    (
        21,
        &[Sqlite],
        "in memory the database dies with its connection",
    ),
    (
        22,
        &ALL,
        "a nested begin that fails ends the outer transaction",
    ),
    (
        23,
        &[Sqlite],
        "an automatic rollback spoils the pooled connection",
    ),
    (24, &[Sqlite], "shared memory ignores the busy timeout"),
    (25, &[Postgres, MySql], "a dead connection has many errors"),
    (26, &ALL, "the chain of an error hides the database's"),
    (
        27,
        &[Postgres],
        "the error of a cancelled statement is the next one's",
    ),
    (
        28,
        &ALL,
        "a cancelled statement runs on, and keeps its locks",
    ),
    (
        29,
        &[MySql, Sqlite],
        "settings stay on the pooled connection",
    ),
    (
        30,
        &[MySql],
        "a statement cut anywhere leaves the connection out of step",
    ),
    (
        31,
        &[Postgres],
        "the error of an unread stream answers COMMIT",
    ),
    (
        32,
        &[Postgres, MySql],
        "a silent network hangs BEGIN, and costs a permit",
    ),
    (33, &[Postgres, MySql], "a restart resets acquire"),
    (
        34,
        &ALL,
        "outside a runtime a connection cannot even be dropped",
    ),
    (
        35,
        &[Postgres, MySql],
        "a helper that begins ends the transaction around it",
    ),
    (36, &ALL, "COMMIT in disguise commits"),
    (
        37,
        &ALL,
        "the text does not tell whether a statement writes",
    ),
    (38, &[Postgres], "COPY as a statement breaks the connection"),
    (
        39,
        &[Sqlite],
        "a cancelled BEGIN goes on waiting for the lock",
    ),
    (
        40,
        &[Sqlite],
        "a second writer in one task waits for itself",
    ),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Database {
    Postgres,
    MySql,
    Sqlite,
}
use Database::{MySql, Postgres, Sqlite};

const ALL: [Database; 3] = [Postgres, MySql, Sqlite];

impl Database {
    /// Whether the name of a test names this database.
    fn is_named_by(self, test: &str) -> bool {
        let names: &[_] = match self {
            Postgres => &["postgres"],
            MySql => &["mysql", "mariadb"],
            Sqlite => &["sqlite"],
        };
        names.iter().any(|name| test.contains(name))
    }
}

/// The number of tests of a hazard on a database.
#[derive(Debug, Default, Clone, Copy)]
struct Tests {
    by_hand: usize,
    through_us: usize,
}

/// The tests of this program, from its own list (`h07_..::by_hand_on_postgres`), by number.
fn tests() -> BTreeMap<usize, Vec<String>> {
    let listed = Command::new(std::env::current_exe().unwrap())
        .args(["--list", "--format", "terse"])
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let mut tests = BTreeMap::<_, Vec<_>>::new();
    for line in listed.lines() {
        let Some((name, "test")) = line.rsplit_once(": ") else {
            panic!("not a test: {line}")
        };
        if let Some((number, test)) = number(name).zip(name.split_once("::")) {
            tests.entry(number).or_default().push(test.1.to_owned());
        }
    }
    tests
}

/// The numbers in the names of the files.
fn files() -> Vec<usize> {
    let directory = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/hazards")).unwrap();
    let mut files: Vec<_> = directory
        .filter_map(|file| number(file.unwrap().file_name().to_str().unwrap()))
        .collect();
    files.sort_unstable();
    files
}

/// 7 for `h07_..`.
fn number(name: &str) -> Option<usize> {
    name.strip_prefix('h')?.split_once('_')?.0.parse().ok()
}

/// The tests of a hazard on a database. If a hazard has only one database, the names of its tests
/// need not name it.
fn count(tests: &[String], database: Database, databases: &[Database]) -> Tests {
    let on_it = |test: &&String| match databases {
        [_] => true,
        _ => database.is_named_by(test) || test.ends_with("_on_any"),
    };
    let named = |name| {
        tests
            .iter()
            .filter(on_it)
            .filter(|test| test.starts_with(name) || test.contains(&format!("::{name}")))
            .count()
    };
    Tests {
        by_hand: named("by_hand"),
        through_us: named("through_us"),
    }
}

/// Formats a row, and adds what is wrong with it to `complaints`.
fn row(
    tests: &[String],
    (number, databases, line): (usize, &[Database], &str),
    complaints: &mut Vec<String>,
) -> String {
    let mut row = format!("{:<4}{line:<76}", format!("H{number}"));
    for database in ALL {
        let Tests {
            by_hand,
            through_us,
        } = count(tests, database, databases);
        let has_it = databases.contains(&database);
        write!(
            row,
            "{:>10}",
            if has_it {
                format!("{by_hand} / {through_us}")
            } else {
                "-".to_owned()
            }
        )
        .unwrap();
        if has_it && (by_hand == 0 || through_us == 0) {
            complaints.push(format!(
                "H{number} on {database:?}: {by_hand} by hand, {through_us} through us"
            ));
        }
    }
    for test in tests {
        let counted = databases.len() == 1
            || ALL.iter().any(|it| it.is_named_by(test))
            || test.ends_with("_on_any");
        if !counted || !(test.contains("by_hand") || test.contains("through_us")) {
            complaints.push(format!(
                "H{number}: {test} does not say where, or of which kind it is"
            ));
        }
    }
    row
}

/// `tests/run table --no-capture` prints the table.
#[test]
fn table_of_hazards() {
    let (tests, mut complaints) = (tests(), Vec::new());
    assert!(
        HAZARDS.iter().map(|row| row.0).eq(1..=HAZARDS.len()),
        "the table"
    );
    assert!(
        files().into_iter().eq(1..=HAZARDS.len()),
        "one file a hazard: {:?}",
        files()
    );
    let mut table = format!(
        "{:80}  Postgres     MySQL    SQLite\n",
        "hazard: tests by hand / through us"
    );
    for hazard in HAZARDS {
        let tests = tests.get(&hazard.0).map_or(&[][..], Vec::as_slice);
        writeln!(table, "{}", row(tests, hazard, &mut complaints)).unwrap();
    }
    println!("\n{table}");
    assert!(complaints.is_empty(), "{complaints:#?}");
}
