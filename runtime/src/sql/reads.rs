//! Decides by their bare words whether statements that begin like a read store nothing. The words
//! are the same in every dialect. A column or an alias of the same name only makes the answer "not
//! a read", which is the safe one.

use crate::sql::{Kind, lex::Lexer, token::Token};

/// SELECT, VALUES and TABLE read, unless INTO stores the rows in a table (`PostgreSQL`), in a file
/// or in a variable (`MySQL`).
pub(super) fn select(lexer: &mut Lexer<'_>) -> Kind {
    if may_hold_into(lexer.rest()) {
        without_words(lexer, &[b"INTO"])
    } else {
        Kind::Read
    }
}

/// EXPLAIN runs the statement only with ANALYZE, for which `PostgreSQL` also accepts ANALYSE. INTO
/// stores the plan in a variable (`MySQL` 8.1).
pub(super) fn explain(lexer: &mut Lexer<'_>) -> Kind {
    without_words(lexer, &[b"ANALYZE", b"ANALYSE", b"INTO"])
}

/// WITH may write in each of its queries and in the statement after them. These do not write: the
/// functions `replace(..)` and `insert(..)`, columns of these names after a dot, and the lock
/// clauses FOR UPDATE and FOR NO KEY UPDATE.
pub(super) fn with(lexer: &mut Lexer<'_>) -> Kind {
    const WRITES: &[&[u8]] = &[
        b"INTO", b"INSERT", b"UPDATE", b"DELETE", b"MERGE", b"REPLACE",
    ];
    let (mut before_last, mut last) = (Token::Symbol(b' '), Token::Symbol(b' '));
    let mut next = lexer.token();
    while let Some(token) = next {
        next = lexer.token();
        if is_one_of(token, WRITES) {
            let function = next == Some(Token::Symbol(b'('))
                && (token.is_word(b"REPLACE") || token.is_word(b"INSERT"));
            let lock = token.is_word(b"UPDATE")
                && (last.is_word(b"FOR") || (last.is_word(b"KEY") && before_last.is_word(b"NO")));
            let column = last == Token::Symbol(b'.') && !token.is_word(b"INTO");
            if !(function || lock || column) {
                return Kind::Other;
            }
        }
        (before_last, last) = (last, token);
    }
    Kind::Read
}

fn without_words(lexer: &mut Lexer<'_>, words: &[&[u8]]) -> Kind {
    while let Some(token) = lexer.token() {
        if is_one_of(token, words) {
            return Kind::Other;
        }
    }
    Kind::Read
}

fn is_one_of(token: Token<'_>, words: &[&[u8]]) -> bool {
    // All the words have four to seven letters, so most tokens need no comparison.
    matches!(token, Token::Word(word) if (4..=7).contains(&word.len()))
        && words.iter().any(|word| token.is_word(word))
}

/// Whether the four letters occur anywhere, also in strings and comments. Most statements contain
/// none and are not read any further. The compiler turns a block of 16 places without a branch into
/// vector instructions: `windows(4).any(..)` makes `recognise` 1.5 to 9 times as slow for a SELECT.
fn may_hold_into(text: &[u8]) -> bool {
    let mut blocks = text.array_windows::<19>().step_by(16);
    let rest = text.get(16 * blocks.len()..).unwrap_or_default();
    blocks.any(|block| (block.array_windows()).fold(false, |found, four| found | is_into(*four)))
        || rest.array_windows().any(|four| is_into(*four))
}

fn is_into(four: [u8; 4]) -> bool {
    // The bit 0x20 distinguishes the cases of a letter.
    u32::from_ne_bytes(four) | 0x2020_2020 == u32::from_ne_bytes(*b"into")
}
