//! Cuts SQL text into words, quoted things and symbols, as the server of each dialect does: only as
//! far as it takes to tell where a statement begins and ends and which bare words stand in it. It
//! borrows from the text and never fails: what is not closed reaches to the end.
//!
//! Where the servers' own rules are written down: `src/backend/parser/scan.l`, `sql/sql_lex.cc`,
//! `src/tokenize.c`.

use crate::sql::{
    Dialect,
    token::{Keyword, Token},
};

pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    dialect: Dialect,
    /// An executable comment of `MySQL` was met; the text counts as ended there.
    pub(super) met_executable_comment: bool,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(text: &'a str, dialect: Dialect) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            dialect,
            met_executable_comment: false,
        }
    }

    /// The text that is still to be read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next token of this statement; `None` at its `;`, which stays, and at the end of the
    /// text.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let byte = *self.text.get(self.at)?;
        match byte {
            b';' => None,
            b'\'' | b'"' => Some(self.quoted(byte, self.dialect == Dialect::MySql)),
            b'`' if self.dialect != Dialect::Postgres => Some(self.quoted(byte, false)),
            b'[' if self.dialect == Dialect::Sqlite => Some(self.up_to(b"]", 1)),
            b'$' if self.dialect == Dialect::Postgres => Some(self.dollar()),
            b'$' | b'@' | b'#' | b':' if self.dialect == Dialect::Sqlite => {
                Some(self.variable(byte))
            }
            b'0'..=b'9' => Some(self.number(byte)),
            _ if is_word(byte) => Some(self.word()),
            _ => {
                self.at += 1;
                Some(Token::Symbol(byte))
            }
        }
    }

    /// The next token as a keyword; empty if it is none.
    pub(super) fn keyword(&mut self) -> Keyword {
        match self.token() {
            Some(Token::Word(word)) => Keyword::new(word),
            _ => Keyword::NONE,
        }
    }

    /// Moves to the first token of the statement, past empty statements and opening parentheses:
    /// its keyword, or an empty one. `None` if the text has no more.
    pub(super) fn statement_start(&mut self) -> Option<Keyword> {
        loop {
            match self.token() {
                Some(Token::Symbol(b'(')) => {}
                Some(Token::Word(word)) => return Some(Keyword::new(word)),
                Some(_) => return Some(Keyword::NONE),
                None if self.pass_semicolon() => {}
                None => return None,
            }
        }
    }

    /// Moves past the `;` that ended the statement; false at the end of the text.
    pub(super) fn pass_semicolon(&mut self) -> bool {
        let more = self.at < self.text.len();
        self.at += usize::from(more);
        more
    }

    /// Moves past a body of statements, up to the `END` that stands where a statement would begin:
    /// neither `PostgreSQL`'s `BEGIN ATOMIC` nor `SQLite`'s triggers nest, so that an `END` of a
    /// `CASE` never stands there.
    pub(super) fn skip_body(&mut self) {
        loop {
            if self.token().is_some_and(|token| token.is_word(b"END")) {
                return;
            }
            while self.token().is_some() {}
            if !self.pass_semicolon() {
                return;
            }
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t'..=b'\r' => self.at += 1,
                b'-' if self.at_dashes() => self.skip_line(),
                b'#' if self.dialect == Dialect::MySql => self.skip_line(),
                b'/' if self.byte(1) == Some(b'*') => self.skip_block(),
                // SQLite takes a byte order mark for white space, wherever a token may begin.
                0xEF if self.dialect == Dialect::Sqlite
                    && self.rest().starts_with(b"\xEF\xBB\xBF") =>
                {
                    self.at += 3
                }
                _ => return,
            }
        }
    }

    /// `MySQL` wants white space or a control character after the dashes: `5--1` is 6.
    fn at_dashes(&self) -> bool {
        self.byte(1) == Some(b'-')
            && (self.dialect != Dialect::MySql
                || self.byte(2).is_none_or(|byte| byte <= b' ' || byte == 0x7F))
    }

    /// For `PostgreSQL` alone a carriage return ends a line, too.
    fn skip_line(&mut self) {
        let returns = self.dialect == Dialect::Postgres;
        let end = self
            .rest()
            .iter()
            .position(|&byte| byte == b'\n' || (returns && byte == b'\r'));
        self.at = end.map_or(self.text.len(), |end| self.at + end);
    }

    fn skip_block(&mut self) {
        if self.dialect == Dialect::MySql && is_executable(self.rest()) {
            self.met_executable_comment = true;
            self.at = self.text.len();
            return;
        }
        self.at += 2;
        let mut depth = 1;
        while depth > 0 {
            match (self.byte(0), self.byte(1)) {
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                }
                (Some(b'/'), Some(b'*')) if self.dialect == Dialect::Postgres => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(_), _) => self.at += 1,
                (None, _) => return,
            }
        }
    }

    fn word(&mut self) -> Token<'a> {
        let rest = self.rest();
        let length = rest
            .iter()
            .position(|&byte| !is_word(byte))
            .unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        self.at += length;
        if self.dialect == Dialect::Postgres
            && matches!(word, b"e" | b"E")
            && self.byte(0) == Some(b'\'')
        {
            return self.escape_string();
        }
        Token::Word(word)
    }

    /// Only digits on `PostgreSQL`, where `1e'..'` goes on with an escape string; elsewhere a name
    /// may begin with a digit.
    fn number(&mut self, first: u8) -> Token<'a> {
        let digits_only = self.dialect == Dialect::Postgres;
        while self.byte(0).is_some_and(|byte| {
            if digits_only {
                byte.is_ascii_digit()
            } else {
                is_word(byte)
            }
        }) {
            self.at += 1;
        }
        Token::Symbol(first)
    }

    fn quoted(&mut self, quote: u8, backslash: bool) -> Token<'a> {
        self.at += 1;
        let start = self.at;
        while let Some(byte) = self.byte(0) {
            if backslash && byte == b'\\' {
                self.at += 2;
            } else if byte != quote {
                self.at += 1;
            } else if self.byte(1) == Some(quote) {
                self.at += 2;
            } else {
                self.at += 1;
                return Token::Quoted(self.text.get(start..self.at - 1).unwrap_or_default());
            }
        }
        self.at = self.text.len();
        Token::Quoted(self.text.get(start..).unwrap_or_default())
    }

    /// `E'..'`, and what the standard glues to it: after white space with a line break the next
    /// quote goes on with the same string, and its backslashes escape, too.
    /// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS>
    fn escape_string(&mut self) -> Token<'a> {
        let token = self.quoted(b'\'', true);
        loop {
            let end = self.at;
            while matches!(self.byte(0), Some(b' ' | b'\t'..=b'\r'))
                || (self.byte(0) == Some(b'-') && self.at_dashes())
            {
                if self.byte(0) == Some(b'-') {
                    self.skip_line();
                } else {
                    self.at += 1;
                }
            }
            let between = self.text.get(end..self.at).unwrap_or_default();
            if self.byte(0) != Some(b'\'')
                || !between.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
            {
                self.at = end;
                return token;
            }
            self.quoted(b'\'', true);
        }
    }

    /// A parameter `$1`, a string `$tag$ .. $tag$`, or a lone `$`.
    fn dollar(&mut self) -> Token<'a> {
        let rest = self.rest();
        let tag = rest
            .iter()
            .skip(1)
            .take_while(|&&byte| is_word(byte) && byte != b'$')
            .count();
        let digit = rest.get(1).is_some_and(u8::is_ascii_digit);
        if rest.get(tag + 1) == Some(&b'$') && !digit {
            let delimiter = rest.get(..tag + 2).unwrap_or_default();
            return self.up_to(delimiter, delimiter.len());
        }
        self.at += 1;
        if digit {
            self.number(b'$');
        }
        Token::Symbol(b'$')
    }

    /// What stands between an opener of this length and the closer.
    fn up_to(&mut self, closer: &[u8], opener: usize) -> Token<'a> {
        let inside = self.rest().get(opener..).unwrap_or_default();
        let length = inside
            .windows(closer.len())
            .position(|window| window == closer);
        self.at = length.map_or(self.text.len(), |length| {
            self.at + opener + length + closer.len()
        });
        Token::Quoted(
            inside
                .get(..length.unwrap_or(inside.len()))
                .unwrap_or_default(),
        )
    }

    /// `:a`, `@a`, `$a`, also in Tcl's spelling: `$a::b(c;'d)` is one variable.
    /// <https://sqlite.org/lang_expr.html#parameters>
    fn variable(&mut self, sigil: u8) -> Token<'a> {
        self.at += 1;
        let mut named = false;
        loop {
            match self.byte(0) {
                Some(byte) if is_word(byte) => {
                    named = true;
                    self.at += 1;
                }
                Some(b':') if self.byte(1) == Some(b':') => self.at += 2,
                Some(b'(') if named => {
                    let suffix = self.rest();
                    let end = suffix
                        .iter()
                        .position(|&byte| byte == b')' || matches!(byte, b' ' | b'\t'..=b'\r'));
                    self.at += end.map_or(suffix.len(), |end| {
                        end + usize::from(suffix.get(end) == Some(&b')'))
                    });
                    return Token::Symbol(sigil);
                }
                _ => return Token::Symbol(sigil),
            }
        }
    }
}

/// Whether text that begins with `/*` is a comment whose content `MySQL` or `MariaDB` runs.
fn is_executable(comment: &[u8]) -> bool {
    comment.starts_with(b"/*!") || comment.starts_with(b"/*M!")
}

fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

/// A table, for this is asked of nearly every byte.
static WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80;
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};
