//! Texts of `SQLite`: forbidden ones, allowed ones, and ones that show where a quote or a comment
//! ends.

use crate::sql::{
    Reason,
    tests::{BOTH, Sqlite, assert_allowed, assert_forbidden, forbidden},
};

#[test]
fn sqlite_forbids() {
    assert_forbidden(
        Sqlite,
        Reason::TransactionControl,
        &[
            ("BEGIN IMMEDIATE", "BEGIN"),
            ("END TRANSACTION", "END"),
            ("\u{feff}COMMIT", "COMMIT"),
            (
                "ROLLBACK TRANSACTION TO SAVEPOINT a",
                "ROLLBACK TO SAVEPOINT",
            ),
            ("RELEASE a", "RELEASE SAVEPOINT"),
            ("PRAGMA query_only = 0", "PRAGMA query_only"),
            ("PRAGMA main.\"query_only\"(off)", "PRAGMA query_only"),
            ("PRAGMA [query_only]=0", "PRAGMA query_only"),
            ("EXPLAIN PRAGMA query_only = 0", "PRAGMA query_only"),
            (
                "EXPLAIN QUERY PLAN PRAGMA query_only = 0",
                "PRAGMA query_only",
            ),
        ],
    );
}

#[test]
fn sqlite_allows() {
    let trigger = "TRIGGER t AFTER INSERT ON a WHEN new.b BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM a; END; SELECT 1";
    assert_allowed(
        Sqlite,
        &[
            &format!("CREATE {trigger}"),
            &format!("CREATE TEMP {trigger}"),
            &format!("EXPLAIN QUERY PLAN CREATE {trigger}"),
        ],
    );
    assert_allowed(
        Sqlite,
        &[
            "PRAGMA query_only",
            "PRAGMA foreign_keys = on",
            "CREATE TABLE a (b)",
            "INSERT OR ROLLBACK INTO a VALUES (1)",
            "ATTACH 'a' AS b",
            "EXPLAIN COMMIT",
            "SELECT [; COMMIT; ]",
            "SELECT `; COMMIT; `",
            "SELECT \"; COMMIT; \"",
            "SELECT $a::b(;COMMIT;)",
        ],
    );
}

#[test]
fn sqlite_sees_behind_quotes() {
    for sql in [
        "SELECT '\\'; COMMIT; '",
        "SELECT $$; COMMIT; $$",
        "SELECT @a('); COMMIT; --'",
        "SELECT $a::(\"); COMMIT",
        "SELECT 1 /* /* */; COMMIT",
        "SELECT 1 -- a\r\n; COMMIT",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; COMMIT",
        "CREATE TRIGGER begin AFTER INSERT ON a BEGIN SELECT 1; END; COMMIT",
        "CREATE TABLE trigger (begin int); COMMIT",
    ] {
        for protocol in BOTH {
            assert_eq!(
                forbidden(sql, Sqlite, protocol),
                Some("COMMIT"),
                "{protocol:?} {sql}"
            );
        }
    }
}
