//! Reads one value and repairs obvious mistakes: half a surrogate pair and bytes that are not UTF-8 become U+FFFD, NUL is dropped
//! because Postgres does not accept it, and control characters are allowed in text. A number that would lose digits or is out of
//! range is kept as text, so that whoever needs an amount can decide.

use serde_json::{Map, Number, Value};

use super::{
    Fault,
    cut::{after_blanks, after_word, skip},
};

/// Values within one row, at most: an order of 500 lines has some 10,000. Each takes up to 700 bytes of memory.
pub const MAX_VALUES: usize = 40_000;
/// What lies deeper is `null`: nothing that is read of an answer lies deeper than five.
const MAX_DEPTH: usize = 60;
/// Digits that a float keeps for sure.
const EXACT_DIGITS: usize = 15;

/// The one value that the text holds, of a key that comes twice the last value.
///
/// # Errors
/// The first fault that cannot be repaired.
pub fn read(text: &[u8]) -> Result<Value, Fault> {
    let mut reader = Reader { text, at: after_blanks(text, 0), left: MAX_VALUES };
    let value = reader.value(0)?;
    let end = after_blanks(text, reader.at);
    if end < text.len() { Err(Fault::new(end, "something follows the value")) } else { Ok(value) }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    left: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        self.left = self.left.checked_sub(1).ok_or(Fault::new(self.at, "more values than any order has"))?;
        if depth > MAX_DEPTH {
            self.at = skip(self.text, self.at)?;
            return Ok(Value::Null);
        }
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'[') => self.list(depth),
            Some(b'{') => self.object(depth),
            _ => self.word(),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut list = Vec::new();
        self.step();
        while !self.takes(b']') {
            list.push(self.value(depth + 1)?);
            self.part(b']')?;
        }
        Ok(Value::Array(list))
    }

    fn object(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut map = Map::new();
        self.step();
        while !self.takes(b'}') {
            if self.peek() != Some(b'"') {
                return Err(Fault::new(self.at, "a key is missing"));
            }
            let key = self.string()?;
            self.blanks();
            if !self.takes(b':') {
                return Err(Fault::new(self.at, "a colon is missing"));
            }
            map.insert(key, self.value(depth + 1)?);
            self.part(b'}')?;
        }
        Ok(Value::Object(map))
    }

    /// What parts two entries; nothing before the end.
    fn part(&mut self, end: u8) -> Result<(), Fault> {
        self.blanks();
        if self.takes(b',') || self.peek() == Some(end) {
            return Ok(());
        }
        Err(Fault::new(self.at, "a comma is missing"))
    }

    fn string(&mut self) -> Result<String, Fault> {
        let mut bytes = Vec::new();
        let mut at = self.at + 1;
        loop {
            match self.text.get(at).copied() {
                None => return Err(Fault::new(at, "it ends within a text")),
                Some(b'"') => break,
                Some(b'\\') => at = escape(self.text, at, &mut bytes),
                Some(byte) => {
                    bytes.push(byte);
                    at += 1;
                }
            }
        }
        self.at = at + 1;
        bytes.retain(|byte| *byte != 0);
        Ok(String::from_utf8(bytes).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned()))
    }

    fn word(&mut self) -> Result<Value, Fault> {
        let end = after_word(self.text, self.at)?;
        let word = String::from_utf8_lossy(&self.text[self.at..end]);
        self.at = end;
        Ok(match &*word {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => number(&word).map_or_else(|| Value::String(word.replace('\0', "")), Value::Number),
        })
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        self.at = after_blanks(self.text, self.at);
    }

    /// One byte on, and to what follows the blanks after it.
    fn step(&mut self) {
        self.at += 1;
        self.blanks();
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        if is_there {
            self.step();
        }
        is_there
    }
}

/// The number that is exactly this word.
fn number(word: &str) -> Option<Number> {
    if !word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return None;
    }
    if let Ok(whole) = word.parse::<i64>() {
        return Some(whole.into());
    }
    let digits = word.split(['e', 'E']).next().unwrap_or_default().chars().filter(char::is_ascii_digit).count();
    let float = word.parse::<f64>().ok().filter(|_| digits <= EXACT_DIGITS)?;
    Number::from_f64(float)
}

/// Reads the escape whose backslash is at `at`; where it ends.
fn escape(text: &[u8], at: usize, bytes: &mut Vec<u8>) -> usize {
    let sign = text.get(at + 1).copied().unwrap_or(b'\\');
    let plain = match sign {
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode(text, at, bytes),
        other => other,
    };
    bytes.push(plain);
    at + 2
}

/// Reads `\u1234`, or two of them that are one character; where it ends.
fn unicode(text: &[u8], at: usize, bytes: &mut Vec<u8>) -> usize {
    let mut push = |c: char| bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    let Some(unit) = unit(text, at) else {
        push('u');
        return at + 2;
    };
    let low = self::unit(text, at + 6).filter(|_| text.get(at + 6) == Some(&b'\\'));
    let pair = low.and_then(|low| char::decode_utf16([unit, low]).next()?.ok()).filter(|c| u32::from(*c) > 0xFFFF);
    push(pair.or_else(|| char::from_u32(unit.into())).unwrap_or(char::REPLACEMENT_CHARACTER));
    at + if pair.is_some() { 12 } else { 6 }
}

/// The four digits of the escape `\u1234` whose backslash is at `at`.
fn unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at + 1..at + 6)?.strip_prefix(b"u")?;
    let digits = str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}
