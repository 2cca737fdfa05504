//! Splits SQL text into bare words, quoted text and symbols, by the rules of each dialect. The
//! tokens show where each statement begins and ends, and which bare words it contains. They borrow
//! from the text. The lexer never fails: a quote or a comment without an end reaches to the end of
//! the text. The servers' own lexers are `src/backend/parser/scan.l` (`PostgreSQL`),
//! `sql/sql_lex.cc` (`MySQL`) and `src/tokenize.c` (`SQLite`).

use crate::sql::{
    Dialect,
    token::{Keyword, Token},
};

pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    dialect: Dialect,
    /// Whether the lexer has found an executable comment of `MySQL`. It stops there, as if the
    /// text ended.
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

    /// The text that has not been read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next token of this statement. `None` at the end of the text and at the statement's `;`,
    /// which only [`pass_semicolon`](Self::pass_semicolon) consumes.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let byte = self.byte(0).filter(|&byte| byte != b';')?;
        Some(match (byte, self.dialect) {
            (b'\'' | b'"', dialect) => self.quoted(byte, dialect == Dialect::MySql),
            (b'`', Dialect::MySql | Dialect::Sqlite) => self.quoted(byte, false),
            (b'[', Dialect::Sqlite) => self.delimited(b"[", b"]"),
            (b'$', Dialect::Postgres) => self.dollar(),
            (b'$' | b'@' | b'#' | b':', Dialect::Sqlite) => self.variable(byte),
            (b'0'..=b'9', _) => self.number(byte),
            _ if is_word(byte) => self.word(),
            _ => {
                self.at += 1;
                Token::Symbol(byte)
            }
        })
    }

    /// The next token. If it is `(`, everything up to the matching `)` is consumed with it.
    pub(super) fn token_or_group(&mut self) -> Option<Token<'a>> {
        let first = self.token()?;
        let mut depth = usize::from(first == Token::Symbol(b'('));
        while depth > 0 {
            match self.token() {
                Some(Token::Symbol(b'(')) => depth += 1,
                Some(Token::Symbol(b')')) => depth -= 1,
                Some(_) => {}
                None => break,
            }
        }
        Some(first)
    }

    /// The next token as a keyword. It is empty if the token is not a bare word.
    pub(super) fn keyword(&mut self) -> Keyword {
        match self.token() {
            Some(Token::Word(word)) => Keyword::new(word),
            _ => Keyword::NONE,
        }
    }

    /// Consumes empty statements, opening parentheses and the first token of the next statement.
    /// Returns that token as a keyword, or `None` if the text has no more statements.
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

    /// Consumes the `;` that ended the statement. Returns false at the end of the text.
    pub(super) fn pass_semicolon(&mut self) -> bool {
        let more = self.at < self.text.len();
        self.at += usize::from(more);
        more
    }

    /// Consumes a body of statements up to its `END`. Only an `END` at the beginning of a statement
    /// ends a body, so the `END` of a `CASE` does not. Neither the bodies of `PostgreSQL`'s `BEGIN
    /// ATOMIC` nor those of `SQLite`'s triggers can be nested.
    pub(super) fn skip_body(&mut self) {
        while !self.token().is_some_and(|token| token.is_word(b"END")) {
            while self.token().is_some() {}
            if !self.pass_semicolon() {
                return;
            }
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    /// Consumes the bytes before the first one that does not `belong`, and returns them.
    fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let end = rest.iter().position(|&byte| !belongs(byte));
        let taken = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at += taken.len();
        taken
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                _ if is_blank(byte) => self.at += 1,
                b'-' if self.at_dashes() => self.skip_line(),
                b'#' if self.dialect == Dialect::MySql => self.skip_line(),
                b'/' if self.byte(1) == Some(b'*') => self.skip_block(),
                // SQLite treats a byte order mark between tokens as white space.
                0xEF if self.dialect == Dialect::Sqlite
                    && self.rest().starts_with(b"\xEF\xBB\xBF") =>
                {
                    self.at += 3;
                }
                _ => return,
            }
        }
    }

    /// Whether a comment begins at this `-`. `MySQL` requires white space or a control character
    /// after the dashes: there, `5--1` is 6.
    fn at_dashes(&self) -> bool {
        self.byte(1) == Some(b'-')
            && (self.dialect != Dialect::MySql
                || self.byte(2).is_none_or(|byte| byte <= b' ' || byte == 0x7F))
    }

    /// Consumes a comment up to its line break. A carriage return is one in `PostgreSQL` only.
    fn skip_line(&mut self) {
        let postgres = self.dialect == Dialect::Postgres;
        self.take_while(|byte| byte != b'\n' && !(postgres && byte == b'\r'));
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
        let word = self.take_while(is_word);
        if self.dialect == Dialect::Postgres
            && matches!(word, b"e" | b"E")
            && self.byte(0) == Some(b'\'')
        {
            return self.escape_string();
        }
        Token::Word(word)
    }

    /// A number consists of digits only in `PostgreSQL`, where `1e'..'` is a number and an escape
    /// string. In the other dialects a name may begin with a digit.
    fn number(&mut self, first: u8) -> Token<'a> {
        let digits_only = self.dialect == Dialect::Postgres;
        self.take_while(|byte| byte.is_ascii_digit() || (!digits_only && is_word(byte)));
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

    /// `E'..'` and its continuations. A string after white space with a line break belongs to the
    /// same literal, and backslashes escape in it too.
    /// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS>
    fn escape_string(&mut self) -> Token<'a> {
        let token = self.quoted(b'\'', true);
        loop {
            let end = self.at;
            self.take_while(is_blank);
            while self.byte(0) == Some(b'-') && self.at_dashes() {
                self.skip_line();
                self.take_while(is_blank);
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

    /// A parameter `$1`, a string `$tag$ .. $tag$`, or a single `$`.
    fn dollar(&mut self) -> Token<'a> {
        let rest = self.rest();
        self.at += 1;
        let after_dollar = self.at;
        if !self.take_while(|byte| byte.is_ascii_digit()).is_empty() {
            return Token::Symbol(b'$');
        }
        let tag = self.take_while(|byte| is_word(byte) && byte != b'$');
        self.at = after_dollar;
        match rest.get(..tag.len() + 2) {
            Some(delimiter) if delimiter.ends_with(b"$") => {
                self.at -= 1;
                self.delimited(delimiter, delimiter)
            }
            _ => Token::Symbol(b'$'),
        }
    }

    /// Text between an opening delimiter, which stands here, and a closing one.
    fn delimited(&mut self, opening: &[u8], closing: &[u8]) -> Token<'a> {
        self.at += opening.len();
        let rest = self.rest();
        let mut windows = rest.windows(closing.len());
        let end = windows.position(|window| window == closing);
        let inside = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at = (self.at + inside.len() + closing.len()).min(self.text.len());
        Token::Quoted(inside)
    }

    /// `:a`, `@a`, `$a`, also with the suffixes of Tcl: `$a::b(c;'d)` is one variable.
    /// <https://sqlite.org/lang_expr.html#parameters>
    fn variable(&mut self, sigil: u8) -> Token<'a> {
        self.at += 1;
        let mut named = !self.take_while(is_word).is_empty();
        while self.rest().starts_with(b"::") {
            self.at += 2;
            named |= !self.take_while(is_word).is_empty();
        }
        if named && self.byte(0) == Some(b'(') {
            self.take_while(|byte| byte != b')' && !is_blank(byte));
            self.at += usize::from(self.byte(0) == Some(b')'));
        }
        Token::Symbol(sigil)
    }
}

/// Whether the text begins with a comment that `MySQL` or `MariaDB` executes.
fn is_executable(text: &[u8]) -> bool {
    text.starts_with(b"/*!") || text.starts_with(b"/*M!")
}

/// What all three dialects treat as white space.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

/// Which bytes a word can contain. The lexer looks at nearly every byte of a statement; without the
/// table it takes 10 to 15% longer for short statements (`benches`, `recognise`).
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
