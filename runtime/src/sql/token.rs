//! What the lexer hands out: tokens that borrow from the text, and keywords to match on.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A bare word: a keyword, a name, or what a number is glued to.
    Word(&'a [u8]),
    /// A string or a quoted name without its quotes; doubled quotes inside stay doubled.
    Quoted(&'a [u8]),
    /// One byte of anything else; a digit stands for its whole number, a `$` for a parameter.
    Symbol(u8),
}

impl Token<'_> {
    pub(super) const fn is_word(&self, upper: &[u8]) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(upper))
    }
}

/// A word in upper case, to match on; empty if it is longer than any keyword of ours.
#[derive(Clone, Copy)]
pub(super) struct Keyword {
    upper: [u8; 16],
    length: usize,
}

impl Keyword {
    pub(super) const NONE: Self = Self {
        upper: [0; 16],
        length: 0,
    };

    pub(super) fn new(word: &[u8]) -> Self {
        let mut keyword = Self::NONE;
        if word.len() <= keyword.upper.len() {
            keyword.length = word.len();
            for (upper, byte) in keyword.upper.iter_mut().zip(word) {
                *upper = byte.to_ascii_uppercase();
            }
        }
        keyword
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.upper.get(..self.length).unwrap_or_default()
    }
}
