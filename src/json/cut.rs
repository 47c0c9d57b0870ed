//! Finds where values begin and end, in one pass, by quotes and brackets alone, without reading what is between them, so that a
//! broken row is cut out like any other.

use std::ops::Range;

use super::Fault;

const UNFINISHED: &str = "it ends before its time";

/// The end of the value that begins at `at`, whatever is in it. Takes no more stack however deep it goes.
///
/// # Errors
/// Where the text ends within the value, or a bracket closes what was not opened.
pub fn skip(text: &[u8], at: usize) -> Result<usize, Fault> {
    let mut open = Vec::new();
    let mut at = at;
    loop {
        match text.get(at).copied() {
            None => return Err(Fault::new(text.len(), UNFINISHED)),
            Some(b'"') => at = after_string(text, at)?,
            Some(bracket @ (b'{' | b'[')) => {
                open.push(bracket);
                at += 1;
            }
            Some(bracket @ (b'}' | b']')) => {
                let opening = if bracket == b'}' { b'{' } else { b'[' };
                if open.pop() != Some(opening) {
                    return Err(Fault::new(at, "a bracket closes what was not opened"));
                }
                at += 1;
            }
            Some(_) if open.is_empty() => at = after_word(text, at)?,
            Some(_) => at += 1,
        }
        if open.is_empty() {
            return Ok(at);
        }
    }
}

/// The end of the string whose quote is at `at`.
fn after_string(text: &[u8], at: usize) -> Result<usize, Fault> {
    let mut at = at + 1;
    loop {
        match text.get(at) {
            None => return Err(Fault::new(text.len(), "it ends within a text")),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

/// The end of a number or of a word such as `null`.
pub(super) fn after_word(text: &[u8], at: usize) -> Result<usize, Fault> {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",:]}[{\"".contains(byte);
    let length = text[at..].iter().position(is_end).unwrap_or(text.len() - at);
    if length == 0 { Err(Fault::new(at, "a value is missing")) } else { Ok(at + length) }
}

/// The next byte from `at` on that is no blank.
pub(super) fn after_blanks(text: &[u8], at: usize) -> usize {
    let blanks = text[at.min(text.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    at + blanks
}

/// Where a text that is JSON alone begins: after blanks and byte order marks.
#[must_use]
pub fn start(text: &[u8]) -> usize {
    let mut at = after_blanks(text, 0);
    while text[at..].starts_with(b"\xef\xbb\xbf") {
        at = after_blanks(text, at + 3);
    }
    at
}

/// The entries of a list or an object, one after the other, none of them looked into.
#[derive(Debug)]
pub struct Entries<'a> {
    text: &'a [u8],
    at: usize,
    is_object: bool,
    ended: bool,
}

/// An entry: the key with its quotes, where it has one, and the value.
type Entry = (Option<Range<usize>>, Range<usize>);

impl<'a> Entries<'a> {
    /// Of the value that begins at `at`; `None` when it is neither a list nor an object.
    #[must_use]
    pub fn of(text: &'a [u8], at: usize) -> Option<Self> {
        let is_object = match text.get(at) {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => return None,
        };
        Some(Self { text, at: at + 1, is_object, ended: false })
    }

    fn step(&mut self) -> Result<Option<Entry>, Fault> {
        let text = self.text;
        let mut at = after_blanks(text, self.at);
        let end = if self.is_object { b'}' } else { b']' };
        if text.get(at) == Some(&end) {
            return Ok(None);
        }
        let mut key = None;
        if self.is_object {
            if text.get(at) != Some(&b'"') {
                let what = if at >= text.len() { UNFINISHED } else { "a key is missing" };
                return Err(Fault::new(at, what));
            }
            let after = after_string(text, at)?;
            key = Some(at..after);
            at = after_blanks(text, after);
            if text.get(at) != Some(&b':') {
                return Err(Fault::new(at, "a colon is missing"));
            }
            at = after_blanks(text, at + 1);
        }
        let after = skip(text, at)?;
        let value = at..after;
        self.at = after_blanks(text, after);
        match text.get(self.at) {
            Some(b',') => self.at += 1,
            Some(byte) if *byte == end => {}
            Some(_) => return Err(Fault::new(self.at, "a comma is missing")),
            None => return Err(Fault::new(self.at, UNFINISHED)),
        }
        Ok(Some((key, value)))
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let step = self.step();
        self.ended = !matches!(step, Ok(Some(_)));
        step.transpose()
    }
}

/// The values under these keys of the object that begins at `at`; of a key that comes twice the last one. None where something
/// else begins there.
///
/// # Errors
/// Where the object cannot be cut into its members.
pub fn fields<const N: usize>(text: &[u8], at: usize, keys: [&str; N]) -> Result<[Option<Range<usize>>; N], Fault> {
    let mut found = [const { None }; N];
    let Some(members) = Entries::of(text, at).filter(|entries| entries.is_object) else { return Ok(found) };
    for member in members {
        let (key, value) = member?;
        let key = key.map_or(&[][..], |key| &text[key.start + 1..key.end - 1]);
        if let Some(place) = keys.iter().position(|wanted| wanted.as_bytes() == key) {
            found[place] = Some(value);
        }
    }
    Ok(found)
}
