//! Texts of `PostgreSQL`: forbidden ones, allowed ones, and ones that show where a quote or a
//! comment ends.

use crate::sql::{
    Reason,
    tests::{Postgres, Simple, assert_allowed, assert_forbidden, forbidden},
};

#[test]
fn postgres_forbids() {
    assert_forbidden(
        Postgres,
        Reason::TransactionControl,
        &[
            ("START TRANSACTION", "START TRANSACTION"),
            ("END", "END"),
            ("ABORT", "ABORT"),
            ("PREPARE TRANSACTION 'a'", "PREPARE TRANSACTION"),
            ("COMMIT PREPARED 'a'", "COMMIT PREPARED"),
            ("ROLLBACK PREPARED 'a'", "ROLLBACK PREPARED"),
            ("SET TRANSACTION READ ONLY", "SET TRANSACTION"),
            (
                "SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SET TRANSACTION",
            ),
            (
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                "SET SESSION CHARACTERISTICS AS TRANSACTION",
            ),
            (
                "SET LOCAL transaction_read_only = off",
                "SET transaction_read_only",
            ),
            (
                "SET \"transaction_isolation\" TO 'serializable'",
                "SET transaction_isolation",
            ),
            (
                "SET default_transaction_read_only = on",
                "SET default_transaction_read_only",
            ),
        ],
    );
    assert_forbidden(
        Postgres,
        Reason::Copy,
        &[
            ("COPY t FROM STDIN", "COPY .. FROM STDIN"),
            (
                "COPY s.t (a, b) FROM STDIN WITH (FORMAT csv)",
                "COPY .. FROM STDIN",
            ),
            ("COPY (SELECT a FROM t) TO STDOUT", "COPY .. TO STDOUT"),
        ],
    );
}

#[test]
fn postgres_allows() {
    assert_allowed(
        Postgres,
        &[
            "SET LOCAL lock_timeout = '1s'",
            "SET LOCAL default_transaction_isolation = 'serializable'",
            "SET SESSION search_path = a",
            "SET CONSTRAINTS ALL DEFERRED",
            "LOCK TABLE a IN EXCLUSIVE MODE",
            "PREPARE a AS SELECT 1",
            "COPY t FROM '/tmp/a'",
            "COPY t TO PROGRAM 'STDOUT'",
            "COPY (SELECT a FROM stdin) TO '/tmp/a'",
            "CREATE TABLE a (b int)",
            "DO $$ BEGIN COMMIT; END $$",
            "DO $a$ ; COMMIT $$ ; COMMIT; $a$",
            "SELECT a$b$, 1; SELECT 2 /* ; COMMIT */",
            "SELECT 1 /* /* ; */ ; COMMIT */",
            "SELECT E'\\'; COMMIT; --'",
            "SELECT E'a' -- b\n '\\'; COMMIT; --'",
            "SELECT 1e'\\'; COMMIT; --'",
            "SELECT 'a''; COMMIT; '",
            "SELECT \"; COMMIT; \"",
            "SELECT $é$; COMMIT; $é$",
            "SELECT 1 -- ; COMMIT",
            "SELECT $1; SELECT '$1$; COMMIT; '",
            "SELECT 'not closed; COMMIT",
            "SELECT 1 /* not closed; COMMIT",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; COMMIT; END; SELECT 1",
            "CREATE OR REPLACE PROCEDURE f() LANGUAGE sql BEGIN ATOMIC END; SELECT 1",
        ],
    );
}

#[test]
fn postgres_sees_behind_quotes() {
    for sql in [
        "SELECT a$b$; COMMIT; $b$",
        "SELECT '\\'; COMMIT; --'",
        "SELECT E'a' '\\'; COMMIT; --'",
        "SELECT abce'\\'; COMMIT; --'",
        "SELECT $$ $a$ $$; COMMIT",
        "SELECT $1$; COMMIT; $1$",
        "SELECT 1 -- a\r; COMMIT",
        "SELECT 1 /* /* */ */; COMMIT",
        "SELECT `; COMMIT; `",
        "SELECT a[1; COMMIT; ]",
        "SELECT 1 #; COMMIT",
        "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END; COMMIT",
        "CREATE FUNCTION f(begin atomic) AS 'a'; COMMIT",
        "CREATE TABLE function (begin atomic); COMMIT",
    ] {
        assert_eq!(forbidden(sql, Postgres, Simple), Some("COMMIT"), "{sql}");
    }
}
