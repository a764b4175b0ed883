//! Measures the query text before it is parsed, since the parser itself recurses on brackets.
//!
//! It must end strings and comments exactly where the parser does, or refuse: otherwise brackets
//! could hide from it in what the parser reads as code.

use super::{Limit, Limits, Refusal};

/// Holds a query text against the limits of bytes, tokens and nesting.
pub(super) fn check(text: &str, limits: &Limits) -> Result<(), Refusal> {
    if text.len() > limits.query_bytes {
        return Err(Refusal::TooMuch(Limit::QueryBytes, limits.query_bytes));
    }
    let mut lexer = Lexer {
        rest: text.as_bytes(),
    };
    let (mut tokens, mut nesting) = (0_usize, 0_usize);
    while let Some(token) = lexer.next()? {
        tokens += 1;
        if tokens > limits.tokens {
            return Err(Refusal::TooMuch(Limit::Tokens, limits.tokens));
        }
        match token {
            Token::Opening => nesting += 1,
            Token::Closing => nesting = nesting.saturating_sub(1),
            Token::Other => {}
        }
        if nesting > limits.nesting {
            return Err(Refusal::TooMuch(Limit::Nesting, limits.nesting));
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Opening,
    Closing,
    Other,
}

struct Lexer<'a> {
    rest: &'a [u8],
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<Token>, Refusal> {
        self.skip_ignored();
        let Some(&first) = self.rest.first() else {
            return Ok(None);
        };
        let (length, token) = match first {
            b'{' | b'[' | b'(' => (1, Token::Opening),
            b'}' | b']' | b')' => (1, Token::Closing),
            b'"' => (string_length(self.rest)?, Token::Other),
            b'.' if self.rest.starts_with(b"...") => (3, Token::Other),
            b'-' | b'0'..=b'9' => (1 + run(&self.rest[1..], is_number), Token::Other),
            _ => (run(self.rest, is_name).max(1), Token::Other),
        };
        self.rest = &self.rest[length..];
        Ok(Some(token))
    }

    fn skip_ignored(&mut self) {
        loop {
            let length = match self.rest.first() {
                Some(b' ' | b',' | b'\t' | b'\n' | b'\r') => 1,
                Some(b'#') => run(self.rest, |byte| !is_line_end(byte)),
                Some(0xef) if self.rest.starts_with("\u{feff}".as_bytes()) => 3,
                _ => return,
            };
            self.rest = &self.rest[length..];
        }
    }
}

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .position(|&byte| !belongs(byte))
        .unwrap_or(bytes.len())
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Names are not told from the digits that they would touch: the parser refuses such numbers.
fn is_number(byte: u8) -> bool {
    is_name(byte) || matches!(byte, b'+' | b'-' | b'.')
}

/// The length of the string that starts here, with its quotation marks.
fn string_length(text: &[u8]) -> Result<usize, Refusal> {
    const BLOCK: &[u8] = b"\"\"\"";
    const ESCAPED_BLOCK: &[u8] = b"\\\"\"\"";
    let block = text.starts_with(BLOCK);
    let mut at = if block { 3 } else { 1 };
    while at < text.len() {
        let rest = &text[at..];
        at += match rest[0] {
            _ if block && rest.starts_with(ESCAPED_BLOCK) => 4,
            _ if block && rest.starts_with(BLOCK) => return Ok(at + 3),
            _ if block => 1,
            b'"' => return Ok(at + 1),
            b'\\' => 2,
            byte if is_line_end(byte) => break,
            _ => 1,
        };
    }
    Err(Refusal::OpenString)
}
