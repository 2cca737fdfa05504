//! Texts of `MySQL` and `MariaDB`: forbidden ones, allowed ones, and ones that show where a quote
//! or a comment ends.

use crate::sql::{
    Reason, Text, recognise,
    tests::{
        BOTH, MySql, Postgres, Prepared, Simple, Sqlite, assert_allowed, assert_forbidden,
        forbidden,
    },
};

#[test]
fn mysql_forbids() {
    assert_forbidden(
        MySql,
        Reason::TransactionControl,
        &[
            ("START TRANSACTION READ ONLY", "START TRANSACTION"),
            ("XA END 'a'", "XA"),
            ("SET autocommit = 0", "SET autocommit"),
            ("SET @a = 1, autocommit=0", "SET autocommit"),
            (
                "SET @a = f(1, 2), @@SESSION.`autocommit` := ON",
                "SET autocommit",
            ),
            ("SET NAMES 'utf8mb4', LOCAL autocommit=1", "SET autocommit"),
            ("SET @@autocommit=1", "SET autocommit"),
            ("SET completion_type = 'CHAIN'", "SET completion_type"),
            (
                "SET @@transaction_isolation = 'SERIALIZABLE'",
                "SET transaction_isolation",
            ),
            ("SET TRANSACTION READ ONLY", "SET TRANSACTION"),
            ("SET SESSION TRANSACTION READ ONLY", "SET TRANSACTION"),
            (
                "SET STATEMENT max_statement_time = (SELECT 1) FOR COMMIT",
                "COMMIT",
            ),
        ],
    );
    assert_forbidden(
        MySql,
        Reason::ImplicitCommit,
        &[
            ("LOCK TABLES a READ", "LOCK TABLES"),
            ("LOCK TABLE a READ", "LOCK TABLES"),
            ("UNLOCK TABLES", "UNLOCK TABLES"),
            ("CREATE TABLE a (b int)", "CREATE TABLE"),
            ("CREATE OR REPLACE TABLE a (b int)", "CREATE TABLE"),
            (
                "CREATE DEFINER=a@b SQL SECURITY INVOKER VIEW c AS SELECT 1",
                "CREATE VIEW",
            ),
            ("CREATE UNIQUE INDEX a ON b (c)", "CREATE INDEX"),
            ("CREATE TEMPORARY SEQUENCE a", "CREATE"),
            (
                "CREATE PROCEDURE a() BEGIN SELECT 1; COMMIT; END",
                "CREATE PROCEDURE",
            ),
            ("CREATE SPATIAL REFERENCE SYSTEM 1", "CREATE"),
            ("CREATE `temporary` TABLE a (b int)", "CREATE TABLE"),
            ("CREATE TABLE temporary (b int)", "CREATE TABLE"),
            ("ALTER TABLE a ADD b int", "ALTER TABLE"),
            ("DROP TABLE IF EXISTS a", "DROP TABLE"),
            ("DROP SCHEMA a", "DROP SCHEMA"),
            ("RENAME TABLE a TO b", "RENAME TABLE"),
            ("TRUNCATE a", "TRUNCATE TABLE"),
            ("ANALYZE TABLE a", "ANALYZE TABLE"),
            ("ANALYZE NO_WRITE_TO_BINLOG TABLE a", "ANALYZE TABLE"),
            ("CHECK TABLE a", "CHECK TABLE"),
            ("OPTIMIZE LOCAL TABLE a", "OPTIMIZE TABLE"),
            ("REPAIR TABLE a", "REPAIR TABLE"),
            ("CACHE INDEX a IN b", "CACHE INDEX"),
            ("LOAD INDEX INTO CACHE a", "LOAD INDEX INTO CACHE"),
            ("FLUSH PRIVILEGES", "FLUSH"),
            ("RESET MASTER", "RESET"),
            ("GRANT SELECT ON a TO b", "GRANT"),
            ("REVOKE SELECT ON a FROM b", "REVOKE"),
            ("INSTALL SONAME 'a'", "INSTALL PLUGIN"),
            ("UNINSTALL PLUGIN a", "UNINSTALL PLUGIN"),
            ("CHANGE MASTER TO master_host = 'a'", "CHANGE REPLICATION"),
            ("START SLAVE", "START REPLICA"),
            ("STOP REPLICA", "STOP REPLICA"),
            ("BACKUP STAGE START", "BACKUP"),
            ("SHUTDOWN", "SHUTDOWN"),
            ("SET PASSWORD = 'a'", "SET PASSWORD"),
            ("SET DEFAULT ROLE a TO b", "SET DEFAULT ROLE"),
        ],
    );
}

#[test]
fn mysql_allows() {
    assert_allowed(
        MySql,
        &[
            "CREATE TEMPORARY TABLE a (b int)",
            "CREATE OR REPLACE TEMPORARY TABLE a (b int)",
            "DROP TEMPORARY TABLE a",
            "DROP PREPARE a",
            "PREPARE a FROM 'COMMIT'",
            "ANALYZE FORMAT=JSON UPDATE a SET b = 1",
            "LOAD DATA INFILE 'a' INTO TABLE b",
            "RESET PERSIST a",
            "SET @autocommit = 1, @`autocommit` = 2",
            "SET @a = @@autocommit, @b = (1, autocommit = 1)",
            "SET @a = @@autocommit = 1",
            "SET NAMES utf8mb4",
            "SET ROLE a",
            "SET STATEMENT max_statement_time = 1 FOR SELECT 1",
            "SELECT /*+ MAX_EXECUTION_TIME(1) */ 1",
            "SELECT '/*! COMMIT */'",
            "SELECT 'a\\'; COMMIT; '",
            "SELECT \"a\\\"; COMMIT; \"",
            "SELECT `; COMMIT; `",
            "SELECT 1 # ; COMMIT",
            "SELECT 1 --\t; COMMIT",
            "SELECT '\u{e9}\u{1F600}; COMMIT; '",
            "INSERT INTO a VALUES ('/', '/*!') -- /*!",
            "USE a",
            "DO SLEEP(0)",
        ],
    );
}

#[test]
fn mysql_sees_behind_quotes() {
    for sql in [
        "SELECT 1 --; COMMIT",
        "SELECT `\\`; COMMIT; `",
        "SELECT $$; COMMIT; $$",
        "SELECT [1; COMMIT; ]",
        "SELECT 1 /* /* */; COMMIT; */",
        "SELECT 1 -- a\r\n; COMMIT",
        "SELECT 'a''\\\\'; COMMIT; '",
    ] {
        assert_eq!(forbidden(sql, MySql, Simple), Some("COMMIT"), "{sql}");
    }
}

#[test]
fn mysql_executable_comments_are_forbidden() {
    for sql in [
        "/*!50000 COMMIT */",
        "/*M! COMMIT */",
        "SELECT 1 /*!99999 INTO OUTFILE 'a' */",
        "CREATE /*!50000 TEMPORARY */ TABLE a (b int)",
        "SET @a = 1 /*! , autocommit = 0 */",
        "INSERT INTO a VALUES ('it''s') /*! ; COMMIT */",
        " # a\n /*!",
    ] {
        for protocol in BOTH {
            let found = recognise(sql, MySql, protocol);
            assert_eq!(
                found.forbidden.map(|it| it.reason),
                Some(Reason::ExecutableComment),
                "{protocol:?} {sql}"
            );
            assert!(!found.reads, "{protocol:?} {sql}");
        }
        assert!(
            recognise(sql, Sqlite, Simple)
                .forbidden
                .is_none_or(|it| it.reason != Reason::ExecutableComment),
            "{sql}"
        );
    }
}

#[test]
fn mysql_verifies_what_text_cannot_tell() {
    for sql in [
        "CALL p()",
        "EXECUTE a",
        "EXECUTE IMMEDIATE 'COMMIT'",
        "IF 1 THEN COMMIT; END IF",
        "l: LOOP",
        "BINLOG 'a'",
        "'a'",
        "LOCK INSTANCE FOR BACKUP",
    ] {
        for protocol in BOTH {
            let expected = Text {
                reads: false,
                writes: None,
                forbidden: None,
                verify: true,
            };
            assert_eq!(
                recognise(sql, MySql, protocol),
                expected,
                "{protocol:?} {sql}"
            );
            assert!(!recognise(sql, Postgres, Prepared).verify, "{sql}");
            assert!(!recognise(sql, Sqlite, Prepared).verify, "{sql}");
        }
        assert!(
            recognise(&format!("SELECT 1; {sql}"), MySql, Simple).verify,
            "{sql}"
        );
    }
}
