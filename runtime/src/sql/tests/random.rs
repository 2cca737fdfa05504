//! Compares the lexer and the answers with the references, on random texts. The texts consist of
//! beginnings of statements, quotes, comments and other fragments that change the meaning of the
//! text after them. Each run uses the same random numbers.

use crate::sql::{
    Dialect,
    lex::Lexer,
    recognise,
    tests::{
        BOTH, DIALECTS, Simple, Sqlite,
        pieces::{Piece, pieces},
        reference::{OpenCheck, answer},
    },
    token::Token,
};

const TEXTS: usize = 15_000;

/// A random number generator (xorshift64*) with a fixed seed, so that a failure can be reproduced.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number =
            usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or_default();
        number % end
    }
}

/// Beginnings of statements. The reference knows these only.
#[rustfmt::skip]
const STATEMENTS: &[&str] = &[
    "COMMIT", "BEGIN", "END", "ROLLBACK", "ROLLBACK TO a", "ABORT", "SAVEPOINT a", "RELEASE a", "START TRANSACTION",
    "COMMIT PREPARED 'a'", "PREPARE TRANSACTION 'a'", "PREPARE a", "SET a = 1", "SET LOCAL a = 1", "SET SESSION CHARACTERISTICS AS",
    "SET LOCAL TRANSACTION READ ONLY", "SET \"transaction_read_only\"=", "SET @a = 1, autocommit=0", "SET @autocommit = 1",
    "SET @a = (1,autocommit = 1)", "set @@session.`autocommit`=", "SELECT 1", "(select 1)", "Select into", "VALUES (1)", "TABLE a",
    "SHOW a", "EXPLAIN SELECT", "EXPLAIN ANALYZE", "DESCRIBE a", "WITH a AS (SELECT 1)", "WITH a AS (DELETE", "INSERT INTO a",
    "UPDATE a SET", "DELETE FROM a", "REPLACE INTO", "COPY a FROM STDIN", "COPY (a FROM b) TO STDOUT", "COPY a FROM 'stdin'",
    "CREATE FUNCTION a() BEGIN ATOMIC", "CREATE OR REPLACE PROCEDURE b BEGIN ATOMIC", "CREATE TRIGGER a BEGIN",
    "CREATE TEMP TRIGGER a BEGIN", "EXPLAIN CREATE TRIGGER a BEGIN", "CREATE TABLE a", "CREATE TEMPORARY TABLE a", "DROP TEMPORARY TABLE",
    "DROP PREPARE a", "DROP a", "PRAGMA query_only", "PRAGMA a", "EXPLAIN PRAGMA a.query_only", "CALL a", "XA a", "LOCK TABLES a",
    "UNLOCK TABLES", "ANALYZE TABLE", "FLUSH", "DO 1",
];

/// Fragments inside and between statements.
#[rustfmt::skip]
const GLUE: &[&str] = &[
    " ", "\n", "\r", "\t", "; ", ";", " ; ", ";;", "--", "-- ", "-- a\n", "--a\r", "#", "/*", "*/", "/* a */", "/*!", "/*M!", "/*+ a */",
    "/", "*", "-", "'", "''", "\\", "\\'", "\"", "\\\"", "`", "[", "]", "$$", "$a$", "$1", "$", "$é$", "E'", "e'", "1e'", " e", "'\n'",
    "'a'", "\"b\"", "a$b$", "(", ")", ",", " , ", "=", ".", "é", "\u{a0}", "\u{feff}", "@a(", ":a::b(", "::(", "@", "?", "1", "into",
    " INTO ", "int", "o", " UPDATE", " FOR UPDATE", " NO KEY UPDATE", " replace(", ".insert ", " END", "; END", ";END;", " CASE a END",
    " BEGIN", " ATOMIC", " BEGIN ATOMIC", " autocommit", ", autocommit = 1", ", TRANSACTION", " TO STDOUT", "\u{1F600}", "\0", "\u{b}",
];

fn random_text(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(9) {
        let fragments = if random.below(3) == 0 {
            STATEMENTS
        } else {
            GLUE
        };
        text.push_str(fragments[random.below(fragments.len())]);
        if random.below(3) == 0 {
            text.push_str([" ", "; "][random.below(2)]);
        }
    }
    text
}

fn tokens(sql: &str, dialect: Dialect) -> Vec<Piece> {
    let mut lexer = Lexer::new(sql, dialect);
    let mut pieces = Vec::new();
    let owned = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    loop {
        match lexer.token() {
            Some(Token::Word(word)) => pieces.push(Piece::Word(owned(word))),
            Some(Token::Quoted(inside)) => pieces.push(Piece::Quoted(owned(inside))),
            Some(Token::Symbol(symbol)) => pieces.push(Piece::Symbol(char::from(symbol))),
            None if lexer.pass_semicolon() => pieces.push(Piece::Symbol(';')),
            None => {
                pieces.extend(lexer.met_executable_comment.then_some(Piece::Executable));
                return pieces;
            }
        }
    }
}

#[test]
fn tokens_are_those_of_the_reference() {
    let mut random = Random(20_261_120);
    for _ in 0..TEXTS {
        let sql = random_text(&mut random);
        for dialect in DIALECTS {
            assert_eq!(
                tokens(&sql, dialect),
                pieces(&sql, dialect),
                "{dialect:?} {sql:?}"
            );
        }
    }
}

#[test]
fn answers_are_those_of_the_reference() {
    let mut random = Random(5_550_123);
    let mut refused = 0;
    for _ in 0..TEXTS {
        let sql = random_text(&mut random);
        for dialect in DIALECTS {
            for protocol in BOTH {
                let fast = recognise(&sql, dialect, protocol);
                let fast = OpenCheck {
                    reads: fast.reads,
                    forbidden: fast.forbidden.is_some(),
                    verify: fast.verify && fast.forbidden.is_none(),
                };
                let slow = answer(&sql, dialect, protocol == Simple || dialect == Sqlite);
                refused += usize::from(slow.forbidden);
                assert!(
                    fast == slow,
                    "{dialect:?} {protocol:?} {sql:?}: {fast:?}, but {slow:?}"
                );
            }
        }
    }
    // Both answers are frequent.
    assert!((TEXTS..TEXTS * 5).contains(&refused), "{refused}");
}
