//! Text files as people save them: a byte order mark is dropped, and a file that is not UTF-8 is refused by name.

/// The mark that some editors put at the start of a UTF-8 file.
const MARK: char = '\u{feff}';

/// The text of a file, without the byte order mark; line ends stay as they are.
///
/// # Errors
/// What the bytes are instead, to be put after the file's name. Never a part of them.
pub fn decode(bytes: Vec<u8>) -> Result<String, &'static str> {
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0);
    if is_wide {
        return Err("is not UTF-8 text but looks like UTF-16; save it as UTF-8");
    }
    let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8 text; save it as UTF-8")?;
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
            assert!(decode(bytes).is_err_and(|told| told.contains("UTF-16")));
        }
        assert!(decode(vec![b'a', 0xe9]).is_err_and(|told| told.contains("not UTF-8")));
    }
}
