//! Whether a statement that begins like a read stores nothing, by the bare words in it. The words
//! are the same in every dialect, and a word that is a column or an alias somewhere only makes the
//! answer "not a read".

use crate::sql::{Verdict, lex::Lexer, token::Token};

/// SELECT, VALUES, TABLE: reads, unless INTO puts the rows into a table (`PostgreSQL`), a file or a
/// variable (`MySQL`).
pub(super) fn select(lexer: &mut Lexer<'_>) -> Verdict {
    if may_hold_into(lexer.rest()) {
        without_words(lexer, &[b"INTO"])
    } else {
        Verdict::Read
    }
}

/// EXPLAIN runs the statement only with ANALYZE, which `PostgreSQL` also spells the British way;
/// INTO stores the plan (`MySQL` 8.1).
pub(super) fn explain(lexer: &mut Lexer<'_>) -> Verdict {
    without_words(lexer, &[b"ANALYZE", b"ANALYSE", b"INTO"])
}

/// WITH may write in each of its queries and behind them. Not meant are `replace(..)` and
/// `insert(..)`, which are functions, columns of these names behind a dot, and the lock clauses FOR
/// UPDATE and FOR NO KEY UPDATE.
pub(super) fn with(lexer: &mut Lexer<'_>) -> Verdict {
    const WRITES: &[&[u8]] = &[
        b"INTO", b"INSERT", b"UPDATE", b"DELETE", b"MERGE", b"REPLACE",
    ];
    let (mut second, mut first) = (Token::Symbol(b' '), Token::Symbol(b' '));
    let mut next = lexer.token();
    while let Some(token) = next {
        next = lexer.token();
        if is_one_of(token, WRITES) {
            let function = next == Some(Token::Symbol(b'('))
                && (token.is_word(b"REPLACE") || token.is_word(b"INSERT"));
            let lock = token.is_word(b"UPDATE")
                && (first.is_word(b"FOR") || (first.is_word(b"KEY") && second.is_word(b"NO")));
            let column = first == Token::Symbol(b'.') && !token.is_word(b"INTO");
            if !(function || lock || column) {
                return Verdict::Other;
            }
        }
        (second, first) = (first, token);
    }
    Verdict::Read
}

fn without_words(lexer: &mut Lexer<'_>, words: &[&[u8]]) -> Verdict {
    while let Some(token) = lexer.token() {
        if is_one_of(token, words) {
            return Verdict::Other;
        }
    }
    Verdict::Read
}

fn is_one_of(token: Token<'_>, words: &[&[u8]]) -> bool {
    // The lengths of all these words: most others need no comparison.
    matches!(token, Token::Word(word) if (4..=7).contains(&word.len()))
        && words.iter().any(|word| token.is_word(word))
}

/// Whether these four letters stand anywhere, strings and comments included. Sixteen places at a
/// time and without a branch among them, so that the compiler takes vector instructions: this is
/// what most statements pay.
fn may_hold_into(mut text: &[u8]) -> bool {
    const PLACES: usize = 16;
    while let Some(chunk) = text.first_chunk::<{ PLACES + 3 }>() {
        let mut found = 0;
        for place in 0..PLACES {
            found |= u8::from(is_into(
                chunk[place],
                chunk[place + 1],
                chunk[place + 2],
                chunk[place + 3],
            ));
        }
        if found != 0 {
            return true;
        }
        text = text.get(PLACES..).unwrap_or_default();
    }
    text.windows(4).any(|four| matches!(four, &[first, second, third, fourth] if is_into(first, second, third, fourth)))
}

/// The bit 0x20 tells the cases of a letter apart; what differs anywhere leaves a bit.
#[inline]
const fn is_into(first: u8, second: u8, third: u8, fourth: u8) -> bool {
    ((first | 0x20) ^ b'i')
        | ((second | 0x20) ^ b'n')
        | ((third | 0x20) ^ b't')
        | ((fourth | 0x20) ^ b'o')
        == 0
}
