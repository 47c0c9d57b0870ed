//! Text files as people save them: a byte order mark is dropped, and a file that is not UTF-8 is refused by name.

use crate::domain::said::Said;

/// The mark that some editors put at the start of a UTF-8 file.
const MARK: char = '\u{feff}';

/// Bytes that are not UTF-8 text, as a person is told after the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", Said::from(*self))]
pub enum NotText {
    /// They look like UTF-16.
    Wide,
    /// They are anything else.
    Other,
}

impl From<NotText> for Said {
    fn from(what: NotText) -> Self {
        match what {
            NotText::Wide => Self::new("is-utf-16"),
            NotText::Other => Self::new("is-not-utf-8"),
        }
    }
}

/// The text of a file, without the byte order mark; line ends stay as they are.
///
/// # Errors
/// What the bytes are instead. Never a part of them.
pub fn decode(bytes: Vec<u8>) -> Result<String, NotText> {
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0);
    if is_wide {
        return Err(NotText::Wide);
    }
    let text = String::from_utf8(bytes).map_err(|_| NotText::Other)?;
    Ok(match text.strip_prefix(MARK) {
        Some(bare) => bare.to_owned(),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_dropped_and_only_at_the_start() {
        let decoded = |text: &str| decode(text.as_bytes().to_vec());
        assert_eq!(decoded("\u{feff}s3cret\r\n"), Ok("s3cret\r\n".to_owned()));
        assert_eq!(decoded("s3\u{feff}cret"), Ok("s3\u{feff}cret".to_owned()));
        assert_eq!(decoded(""), Ok(String::new()));
    }

    #[test]
    fn utf_16_is_told_with_or_without_its_mark() {
        let wide: Vec<u8> = "пароль 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [vec![0xff, 0xfe], wide.clone()].concat();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain("s3".encode_utf16().flat_map(u16::to_be_bytes)).collect();
        for bytes in [wide, marked, big] {
            assert!(decode(bytes).is_err_and(|told| told.to_string().contains("UTF-16")));
        }
        assert!(decode(vec![b'a', 0xe9]).is_err_and(|told| told.to_string().contains("not UTF-8")));
    }
}
