//! Tables of texts with the expected answers, for each dialect. Each forbidden text is also tried
//! in lower case, after comments and quotes, and as a later statement.

mod mysql;
mod pieces;
mod postgres;
mod random;
mod reference;
mod sqlite;

use crate::sql::{Dialect, Protocol, Reason, recognise};
use Dialect::{MySql, Postgres, Sqlite};
use Protocol::{Prepared, Simple};

const DIALECTS: [Dialect; 3] = [Postgres, MySql, Sqlite];
const BOTH: [Protocol; 2] = [Prepared, Simple];

fn forbidden(sql: &str, dialect: Dialect, protocol: Protocol) -> Option<&'static str> {
    recognise(sql, dialect, protocol)
        .forbidden
        .map(|forbidden| forbidden.what)
}

/// Each text is forbidden with this name and reason: as it is, in lower case, after comments, and
/// as the second of two statements.
fn assert_forbidden(dialect: Dialect, reason: Reason, table: &[(&str, &str)]) {
    for &(sql, what) in table {
        for text in [
            sql.to_owned(),
            sql.to_ascii_lowercase(),
            format!(" ;;\n /* ' */ -- \"\n{sql} ; "),
        ] {
            for protocol in BOTH {
                let found = recognise(&text, dialect, protocol);
                assert_eq!(
                    found.forbidden.map(|it| (it.what, it.reason)),
                    Some((what, reason)),
                    "{dialect:?} {protocol:?} {text}"
                );
                assert!(!found.reads, "{dialect:?} {protocol:?} {text}");
            }
        }
        let script = format!("SELECT 'a;', \";\" ; {sql}");
        assert_eq!(
            forbidden(&script, dialect, Simple),
            Some(what),
            "{dialect:?} {script}"
        );
        assert_eq!(
            forbidden(&script, dialect, Prepared),
            (dialect == Sqlite).then_some(what),
            "{dialect:?} {script}"
        );
    }
}

fn assert_allowed(dialect: Dialect, texts: &[&str]) {
    for sql in texts {
        for protocol in BOTH {
            let found = recognise(sql, dialect, protocol);
            assert_eq!(
                (found.forbidden, found.verify),
                (None, false),
                "{dialect:?} {protocol:?} {sql}"
            );
        }
    }
}

fn assert_reads(dialect: Dialect, reads: bool, texts: &[&str]) {
    for sql in texts {
        for protocol in BOTH {
            assert_eq!(
                recognise(sql, dialect, protocol).reads,
                reads,
                "{dialect:?} {protocol:?} {sql}"
            );
        }
    }
}

#[test]
fn transaction_control_is_forbidden_in_every_dialect() {
    for dialect in DIALECTS {
        assert_forbidden(
            dialect,
            Reason::TransactionControl,
            &[
                ("BEGIN", "BEGIN"),
                ("COMMIT", "COMMIT"),
                ("COMMIT/**/WORK", "COMMIT"),
                ("ROLLBACK", "ROLLBACK"),
                ("ROLLBACK TO a", "ROLLBACK TO SAVEPOINT"),
                ("SAVEPOINT a", "SAVEPOINT"),
                ("RELEASE SAVEPOINT a", "RELEASE SAVEPOINT"),
            ],
        );
    }
}

#[test]
fn reads_are_recognised() {
    for dialect in DIALECTS {
        assert_reads(
            dialect,
            true,
            &[
                "",
                " ; -- nothing\n",
                "SELECT 1",
                "((select 1))",
                "VALUES (1)",
                "SELECT a FROM b FOR UPDATE;",
                "SELECT 'into', \"INTO\", pinto, intox FROM b",
                "WITH a AS (SELECT replace(b, 'x', 'y') FROM c) SELECT a.update FROM a WHERE d = 'INSERT' FOR UPDATE",
                "WITH a AS (SELECT 1) SELECT 1 FOR NO KEY UPDATE",
                "EXPLAIN SELECT 1",
            ],
        );
        assert_reads(
            dialect,
            false,
            &[
                "INSERT INTO a VALUES (1)",
                "SELECT 1; DELETE FROM a",
                "WITH a AS (INSERT INTO b VALUES (1) RETURNING c) SELECT 1",
                "WITH a AS (SELECT 1) UPDATE b SET c = 1",
                "WITH a AS (SELECT 1) SELECT 1 INTO b",
                "WITH RECURSIVE a AS (SELECT 1) SEARCH DEPTH FIRST BY b SET key UPDATE c SET d = 1",
                "COMMIT",
                "anything",
                "+",
            ]
            .map(|sql| {
                if dialect == Sqlite || !sql.starts_with("SELECT 1;") {
                    sql
                } else {
                    "DELETE FROM a"
                }
            }),
        );
        assert!(
            !recognise("SELECT 1; DELETE FROM a", dialect, Simple).reads,
            "{dialect:?}"
        );
    }
    for dialect in [Postgres, MySql] {
        assert_reads(dialect, true, &["TABLE a", "SHOW a", "(TABLE a)"]);
        assert_reads(
            dialect,
            false,
            &[
                "SELECT 1 INTO a",
                "SELECT 1.INTO a",
                "select a\ninto b from c",
                "EXPLAIN ANALYZE SELECT 1",
                "explain (costs, analyze) insert into a",
            ],
        );
        let long = format!("SELECT {} iNtO b", "a, ".repeat(50));
        for start in 7..long.len() - 20 {
            assert_reads(dialect, false, &[&format!("SELECT {}", &long[start..])]);
        }
    }
    assert_reads(MySql, true, &["DESC a", "DESCRIBE a"]);
    assert_reads(
        Sqlite,
        true,
        &[
            "PRAGMA user_version",
            "PRAGMA main.user_version",
            "EXPLAIN DELETE FROM a",
        ],
    );
    assert_reads(
        Sqlite,
        false,
        &[
            "PRAGMA user_version = 1",
            "PRAGMA table_info(a)",
            "PRAGMA optimize",
            "SHOW a",
        ],
    );
}

#[test]
fn known_writes_are_named() {
    for dialect in [Postgres, MySql, Sqlite] {
        for (sql, word) in [
            ("insert into a values (1)", "INSERT"),
            ("/* */ UPDATE a SET b = 1", "UPDATE"),
            ("SELECT 1; DELETE FROM a", "DELETE"),
        ] {
            assert_eq!(
                recognise(sql, dialect, Simple).writes,
                Some(word),
                "{dialect:?} {sql}"
            );
        }
        for sql in [
            "SELECT f()",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "SET @a = 1",
        ] {
            assert_eq!(
                recognise(sql, dialect, Simple).writes,
                None,
                "{dialect:?} {sql}"
            );
        }
    }
}
