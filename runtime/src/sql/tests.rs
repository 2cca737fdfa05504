//! What each dialect's texts are, by table; then the fast recogniser against the reference on random texts.

mod reference;

use super::lex::{Lexer, Token};
use super::{Dialect, Protocol, Reason, Text, recognise};
use Dialect::{MySql, Postgres, Sqlite};
use Protocol::{Prepared, Simple};
use reference::Piece;

const DIALECTS: [Dialect; 3] = [Postgres, MySql, Sqlite];
const BOTH: [Protocol; 2] = [Prepared, Simple];

fn forbidden(sql: &str, dialect: Dialect, protocol: Protocol) -> Option<&'static str> {
    recognise(sql, dialect, protocol).forbidden.map(|forbidden| forbidden.what)
}

/// Each text is forbidden for these words, in lower case and behind comments, too, and as a later statement of several.
fn assert_forbidden(dialect: Dialect, reason: Reason, table: &[(&str, &str)]) {
    for &(sql, what) in table {
        for text in [sql.to_owned(), sql.to_ascii_lowercase(), format!(" ;;\n /* ' */ -- \"\n{sql} ; ")] {
            for protocol in BOTH {
                let found = recognise(&text, dialect, protocol);
                assert_eq!(found.forbidden.map(|it| (it.what, it.reason)), Some((what, reason)), "{dialect:?} {protocol:?} {text}");
                assert!(!found.reads, "{dialect:?} {protocol:?} {text}");
            }
        }
        let script = format!("SELECT 'a;', \";\" ; {sql}");
        assert_eq!(forbidden(&script, dialect, Simple), Some(what), "{dialect:?} {script}");
        assert_eq!(forbidden(&script, dialect, Prepared), (dialect == Sqlite).then_some(what), "{dialect:?} {script}");
    }
}

fn assert_allowed(dialect: Dialect, texts: &[&str]) {
    for sql in texts {
        for protocol in BOTH {
            let found = recognise(sql, dialect, protocol);
            assert_eq!((found.forbidden, found.verify), (None, false), "{dialect:?} {protocol:?} {sql}");
        }
    }
}

fn assert_reads(dialect: Dialect, reads: bool, texts: &[&str]) {
    for sql in texts {
        for protocol in BOTH {
            assert_eq!(recognise(sql, dialect, protocol).reads, reads, "{dialect:?} {protocol:?} {sql}");
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
            ("SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET TRANSACTION"),
            ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET SESSION CHARACTERISTICS AS TRANSACTION"),
            ("SET LOCAL transaction_read_only = off", "SET transaction_read_only"),
            ("SET \"transaction_isolation\" TO 'serializable'", "SET transaction_isolation"),
            ("SET default_transaction_read_only = on", "SET default_transaction_read_only"),
        ],
    );
    assert_forbidden(
        Postgres,
        Reason::Copy,
        &[
            ("COPY t FROM STDIN", "COPY .. FROM STDIN"),
            ("COPY s.t (a, b) FROM STDIN WITH (FORMAT csv)", "COPY .. FROM STDIN"),
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
            ("SET @a = f(1, 2), @@SESSION.`autocommit` := ON", "SET autocommit"),
            ("SET NAMES 'utf8mb4', LOCAL autocommit=1", "SET autocommit"),
            ("SET @@autocommit=1", "SET autocommit"),
            ("SET completion_type = 'CHAIN'", "SET completion_type"),
            ("SET @@transaction_isolation = 'SERIALIZABLE'", "SET transaction_isolation"),
            ("SET TRANSACTION READ ONLY", "SET TRANSACTION"),
            ("SET SESSION TRANSACTION READ ONLY", "SET TRANSACTION"),
            ("SET STATEMENT max_statement_time = (SELECT 1) FOR COMMIT", "COMMIT"),
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
            ("CREATE DEFINER=a@b SQL SECURITY INVOKER VIEW c AS SELECT 1", "CREATE VIEW"),
            ("CREATE UNIQUE INDEX a ON b (c)", "CREATE INDEX"),
            ("CREATE PROCEDURE a() BEGIN SELECT 1; COMMIT; END", "CREATE PROCEDURE"),
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
            assert_eq!(found.forbidden.map(|it| it.reason), Some(Reason::ExecutableComment), "{protocol:?} {sql}");
            assert!(!found.reads, "{protocol:?} {sql}");
        }
        assert!(recognise(sql, Sqlite, Simple).forbidden.is_none_or(|it| it.reason != Reason::ExecutableComment), "{sql}");
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
            let expected = Text { reads: false, forbidden: None, verify: true };
            assert_eq!(recognise(sql, MySql, protocol), expected, "{protocol:?} {sql}");
            assert!(!recognise(sql, Postgres, Prepared).verify, "{sql}");
            assert!(!recognise(sql, Sqlite, Prepared).verify, "{sql}");
        }
        assert!(recognise(&format!("SELECT 1; {sql}"), MySql, Simple).verify, "{sql}");
    }
}

#[test]
fn sqlite_forbids() {
    assert_forbidden(
        Sqlite,
        Reason::TransactionControl,
        &[
            ("BEGIN IMMEDIATE", "BEGIN"),
            ("END TRANSACTION", "END"),
            ("\u{feff}COMMIT", "COMMIT"),
            ("ROLLBACK TRANSACTION TO SAVEPOINT a", "ROLLBACK TO SAVEPOINT"),
            ("RELEASE a", "RELEASE SAVEPOINT"),
            ("PRAGMA query_only = 0", "PRAGMA query_only"),
            ("PRAGMA main.\"query_only\"(off)", "PRAGMA query_only"),
            ("PRAGMA [query_only]=0", "PRAGMA query_only"),
            ("EXPLAIN PRAGMA query_only = 0", "PRAGMA query_only"),
            ("EXPLAIN QUERY PLAN PRAGMA query_only = 0", "PRAGMA query_only"),
        ],
    );
}

#[test]
fn sqlite_allows() {
    let trigger = "TRIGGER t AFTER INSERT ON a WHEN new.b BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM a; END; SELECT 1";
    assert_allowed(
        Sqlite,
        &[&format!("CREATE {trigger}"), &format!("CREATE TEMP {trigger}"), &format!("EXPLAIN QUERY PLAN CREATE {trigger}")],
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
            assert_eq!(forbidden(sql, Sqlite, protocol), Some("COMMIT"), "{protocol:?} {sql}");
        }
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
            .map(|sql| if dialect == Sqlite || !sql.starts_with("SELECT 1;") { sql } else { "DELETE FROM a" }),
        );
        assert!(!recognise("SELECT 1; DELETE FROM a", dialect, Simple).reads, "{dialect:?}");
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
    assert_reads(Sqlite, true, &["PRAGMA user_version", "PRAGMA main.user_version", "EXPLAIN DELETE FROM a"]);
    assert_reads(Sqlite, false, &["PRAGMA user_version = 1", "PRAGMA table_info(a)", "PRAGMA optimize", "SHOW a"]);
}

/// A small generator of numbers (xorshift64*), so that a failure comes again.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or_default();
        number % end
    }
}

/// Beginnings of statements, which the reference knows.
const STATEMENTS: &[&str] = &[
    "COMMIT",
    "BEGIN",
    "END",
    "ROLLBACK",
    "ROLLBACK TO a",
    "ABORT",
    "SAVEPOINT a",
    "RELEASE a",
    "START TRANSACTION",
    "COMMIT PREPARED 'a'",
    "PREPARE TRANSACTION 'a'",
    "PREPARE a",
    "SET a = 1",
    "SET LOCAL a = 1",
    "SET SESSION CHARACTERISTICS AS",
    "SET LOCAL TRANSACTION READ ONLY",
    "SET \"transaction_read_only\"=",
    "SET @a = 1, autocommit=0",
    "SET @autocommit = 1",
    "SET @a = (1,autocommit = 1)",
    "set @@session.`autocommit`=",
    "SELECT 1",
    "(select 1)",
    "Select into",
    "VALUES (1)",
    "TABLE a",
    "SHOW a",
    "EXPLAIN SELECT",
    "EXPLAIN ANALYZE",
    "DESCRIBE a",
    "WITH a AS (SELECT 1)",
    "WITH a AS (DELETE",
    "INSERT INTO a",
    "UPDATE a SET",
    "DELETE FROM a",
    "REPLACE INTO",
    "COPY a FROM STDIN",
    "COPY (a FROM b) TO STDOUT",
    "COPY a FROM 'stdin'",
    "CREATE FUNCTION a() BEGIN ATOMIC",
    "CREATE OR REPLACE PROCEDURE b BEGIN ATOMIC",
    "CREATE TRIGGER a BEGIN",
    "CREATE TEMP TRIGGER a BEGIN",
    "EXPLAIN CREATE TRIGGER a BEGIN",
    "CREATE TABLE a",
    "CREATE TEMPORARY TABLE a",
    "DROP TEMPORARY TABLE",
    "DROP PREPARE a",
    "DROP a",
    "PRAGMA query_only",
    "PRAGMA a",
    "EXPLAIN PRAGMA a.query_only",
    "CALL a",
    "XA a",
    "LOCK TABLES a",
    "UNLOCK TABLES",
    "ANALYZE TABLE",
    "FLUSH",
    "DO 1",
];

/// What stands in and between them.
const GLUE: &[&str] = &[
    " ",
    "\n",
    "\r",
    "\t",
    "; ",
    ";",
    " ; ",
    ";;",
    "--",
    "-- ",
    "-- a\n",
    "--a\r",
    "#",
    "/*",
    "*/",
    "/* a */",
    "/*!",
    "/*M!",
    "/*+ a */",
    "/",
    "*",
    "-",
    "'",
    "''",
    "\\",
    "\\'",
    "\"",
    "\\\"",
    "`",
    "[",
    "]",
    "$$",
    "$a$",
    "$1",
    "$",
    "$é$",
    "E'",
    "e'",
    "1e'",
    " e",
    "'\n'",
    "'a'",
    "\"b\"",
    "a$b$",
    "(",
    ")",
    ",",
    " , ",
    "=",
    ".",
    "é",
    "\u{a0}",
    "\u{feff}",
    "@a(",
    ":a::b(",
    "::(",
    "@",
    "?",
    "1",
    "into",
    " INTO ",
    "int",
    "o",
    " UPDATE",
    " FOR UPDATE",
    " NO KEY UPDATE",
    " replace(",
    ".insert ",
    " END",
    "; END",
    ";END;",
    " CASE a END",
    " BEGIN",
    " ATOMIC",
    " BEGIN ATOMIC",
    " autocommit",
    ", autocommit = 1",
    ", TRANSACTION",
    " TO STDOUT",
    "\u{1F600}",
    "\0",
    "\u{b}",
];

fn random_text(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(9) {
        let fragments = if random.below(3) == 0 { STATEMENTS } else { GLUE };
        text.push_str(fragments[random.below(fragments.len())]);
        if random.below(3) == 0 {
            text.push_str([" ", "; "][random.below(2)]);
        }
    }
    text
}

fn pieces(sql: &str, dialect: Dialect) -> Vec<Piece> {
    let mut lexer = Lexer::new(sql, dialect);
    let mut pieces = Vec::new();
    let owned = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    loop {
        match lexer.token() {
            Some(Token::Word(word)) => pieces.push(Piece::Word(owned(word))),
            Some(Token::Quoted(inside)) => pieces.push(Piece::Quoted(owned(inside))),
            Some(Token::Symbol(symbol)) => pieces.push(Piece::Symbol(char::from(symbol))),
            None if lexer.met_executable_comment => pieces.push(Piece::Executable),
            None if lexer.rest().is_empty() => {}
            None => pieces.push(Piece::Symbol(';')),
        }
        if lexer.rest().is_empty() || (lexer.rest().starts_with(b";") && !lexer.pass_semicolon()) {
            return pieces;
        }
    }
}

#[test]
fn tokens_are_those_of_the_reference() {
    let mut random = Random(20_261_120);
    for _ in 0..40_000 {
        let sql = random_text(&mut random);
        for dialect in DIALECTS {
            assert_eq!(pieces(&sql, dialect), reference::pieces(&sql, dialect), "{dialect:?} {sql:?}");
        }
    }
}

#[test]
fn answers_are_those_of_the_reference() {
    let mut random = Random(5_550_123);
    let mut forbidden = 0;
    for _ in 0..60_000 {
        let sql = random_text(&mut random);
        for dialect in DIALECTS {
            for protocol in BOTH {
                let fast = recognise(&sql, dialect, protocol);
                let slow = reference::answer(&sql, dialect, protocol == Simple || dialect == Sqlite);
                let context = || format!("{dialect:?} {protocol:?} {sql:?}: {fast:?}, {slow:?}");
                assert_eq!(fast.forbidden.is_some(), slow.forbidden.is_some(), "{}", context());
                assert_eq!(
                    (fast.reads, fast.verify && fast.forbidden.is_none()),
                    (slow.reads, slow.verify && slow.forbidden.is_none()),
                    "{}",
                    context()
                );
                forbidden += usize::from(fast.forbidden.is_some());
            }
        }
    }
    // Neither always nor never: the texts reach both.
    assert!((20_000..340_000).contains(&forbidden), "{forbidden}");
}
