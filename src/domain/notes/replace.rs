//! Replaces our block in notes that staff also write in.

use std::ops::Range;

use super::DASH;
use crate::domain::{
    ids::OrderNumber,
    marker::Marker,
    text::{self, MAX_TEXT, shorten},
    words::Language,
};

/// `current` with the block `old` replaced by `new`; what staff wrote before and after it is kept as it is. Line ends and
/// blanks before them do not count when looking for the block. `None` when it is not there unchanged, or when the result
/// would be longer than [`MAX_TEXT`] characters.
#[must_use]
pub fn replace_block(current: &str, old: &str, new: &str) -> Option<String> {
    if current.chars().nth(MAX_TEXT + old.chars().count()).is_some() {
        return None;
    }
    let letters = letters(current);
    let block: Vec<_> = self::letters(old.trim()).into_iter().map(|letter| letter.shown).collect();
    if block.is_empty() {
        return None;
    }
    let same = |window: &[Letter]| window.iter().zip(&block).all(|(letter, shown)| letter.shown == *shown);
    let found = letters.windows(block.len()).find(|window| same(window))?;
    let (start, end) = (found.first()?.start, found.last()?.end);
    let replaced = format!("{}{new}{}", &current[..start], &current[end..]);
    Some(replaced).filter(|text| text.chars().count() <= MAX_TEXT)
}

/// `current` with `new`, our whole block, in place of what staff made of the older one: from its first line to the marker. Where
/// not even the marker is left, `new` is added at the end. `None` when the result would be longer than [`MAX_TEXT`] characters.
#[must_use]
pub fn put_block(current: &str, new: &str) -> Option<String> {
    let marker = new.lines().last().unwrap_or_default();
    let Some(sign) = find_sign(current, marker).filter(|_| !marker.is_empty()) else {
        let between = if current.trim().is_empty() { "" } else { "\n\n" };
        return Some(format!("{}{between}{new}", current.trim_end())).filter(|text| text.chars().count() <= MAX_TEXT);
    };
    let start = begin(current, sign.start, marker);
    let text = format!("{}{new}{}", &current[..start], &current[sign.end..]);
    Some(text).filter(|text| text.chars().count() <= MAX_TEXT)
}

/// What stands in place of our whole block `ours`: from its first line to the marker.
#[must_use]
pub fn block_of<'a>(current: &'a str, ours: &str) -> Option<&'a str> {
    let marker = ours.lines().last().filter(|marker| !marker.is_empty())?;
    let sign = find_sign(current, marker)?;
    Some(&current[begin(current, sign.start, marker)..sign.end])
}

/// Bytes of an entity of one character at most.
const LONGEST_ENTITY: usize = 12;

/// Where the sign stands, as it is or escaped by RO App.
fn find_sign(current: &str, sign: &str) -> Option<Range<usize>> {
    if let Some(at) = current.find(sign) {
        return Some(at..at + sign.len());
    }
    // The text with its entities read, and where each byte of it stands in `current`.
    let (mut read, mut places, mut rest) = (String::new(), Vec::new(), current);
    while let Some(next) = rest.chars().next() {
        let end = rest.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';').filter(|_| next == '&');
        let shown = end.map(|end| text::with_entities_read(&rest[..=end])).filter(|shown| shown.chars().count() == 1);
        let length = if shown.is_some() { end.unwrap_or_default() + 1 } else { next.len_utf8() };
        read.push_str(&shown.unwrap_or_else(|| next.to_string()));
        places.resize(read.len(), current.len() - rest.len());
        rest = &rest[length..];
    }
    places.push(current.len());
    read.find(sign).map(|at| places[at]..places[at + sign.len()])
}

/// Where our block begins that ends with the marker at `end`. Its first line begins with the order's number, in whichever language
/// it was written; else only the marker's own line is ours for sure.
fn begin(current: &str, end: usize, marker: &str) -> usize {
    let own_line = current[..end].rfind('\n').map_or(0, |at| at + 1);
    let start = Marker::find_all(marker).first().and_then(|marker| first_line(&current[..end], marker.number));
    start.unwrap_or(own_line)
}

/// Where the last first line of a block about this order begins, in any language of ours.
fn first_line(text: &str, number: OrderNumber) -> Option<usize> {
    let in_language = |language: Language| {
        let title = language.order_title(number);
        let is_whole = |at: &usize| !text[at + title.len()..].starts_with(|next: char| next.is_ascii_digit());
        text.rmatch_indices(&title).map(|(at, _)| at).find(is_whole)
    };
    Language::ALL.into_iter().filter_map(in_language).max()
}

/// The language that a block of ours about this order is written in.
#[must_use]
pub fn language_of(block: &str, number: OrderNumber) -> Option<Language> {
    let begins = |language: &Language| block.starts_with(&format!("{}{DASH}", language.order_title(number)));
    Language::ALL.into_iter().find(begins)
}

/// A character that counts, and the bytes it stands for.
struct Letter {
    shown: char,
    start: usize,
    end: usize,
}

/// Every line end as `\n`, no blanks before line ends nor at the end.
fn letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, shown)) = rest.next() {
        let mut end = start + shown.len_utf8();
        if shown == '\r' && rest.next_if(|(_, next)| *next == '\n').is_some() {
            end += 1;
        }
        let shown = if shown == '\r' { '\n' } else { shown };
        if shown == '\n' {
            drop_blanks(&mut letters);
        }
        letters.push(Letter { shown, start, end });
    }
    drop_blanks(&mut letters);
    letters
}

fn drop_blanks(letters: &mut Vec<Letter>) {
    while letters.pop_if(|letter| letter.shown != '\n' && letter.shown.is_whitespace()).is_some() {}
}

/// One line for staff when our block cannot be replaced: what the newer block has and the older one has not, and what is no
/// longer there at all. At most [`MAX_TEXT`] characters.
#[must_use]
pub fn news(old: &str, new: &str, language: Language) -> String {
    let (was, is) = (lines(old), lines(new));
    let label = |line: &str| line.split_once(": ").map_or(line, |(label, _)| label).to_owned();
    let labels: Vec<_> = is.iter().map(|line| label(line)).collect();
    let added = is.iter().filter(|line| !was.contains(line)).map(|line| (*line).to_owned());
    let gone = was.iter().filter(|line| !is.contains(line) && !labels.contains(&label(line)));
    let gone = gone.map(|line| language.no_longer(line));
    let told = added.chain(gone).collect::<Vec<_>>().join("; ");
    shorten(&language.changed_in_store(&told), MAX_TEXT)
}

/// Lines that say something; the marker is not for people.
fn lines(block: &str) -> Vec<&str> {
    let lines = block.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("[cartum:")).collect()
}
