//! What is sent instead of a text that RO App refuses (design section 6): first without characters that it may not accept, then
//! shorter and shorter.

use super::text;

/// Lengths that are tried, in characters.
const LENGTHS: [usize; 3] = [1000, 255, 60];

/// Other forms of a text, the fullest first; never the text itself.
#[must_use]
pub fn plainer(text: &str) -> Vec<String> {
    let plain: String = text.chars().filter(|c| is_plain(*c)).collect();
    forms(text, &plain, |max| text::shorten(&plain, max))
}

/// The same of a block of the notes: the marker, which ends it, stays whole.
#[must_use]
pub fn plainer_block(block: &str) -> Vec<String> {
    let (body, marker) = block.rsplit_once('\n').unwrap_or(("", block));
    let plain: String = body.chars().filter(|c| is_plain(*c)).collect();
    let mut forms =
        forms(block, &format!("{plain}\n{marker}"), |max| format!("{}\n{marker}", text::shorten(&plain, max)));
    let shortest = bare_block(block);
    if forms.last() != Some(&shortest) && shortest != block {
        forms.push(shortest);
    }
    forms
}

/// The first line of a block and the marker: what an order cannot be without.
#[must_use]
pub fn bare_block(block: &str) -> String {
    let (body, marker) = block.rsplit_once('\n').unwrap_or(("", block));
    let first: String = body.lines().next().unwrap_or_default().chars().filter(|c| is_plain(*c)).collect();
    if first.is_empty() { marker.to_owned() } else { format!("{}\n{marker}", text::shorten(&first, 60)) }
}

fn forms(text: &str, plain: &str, shortened: impl Fn(usize) -> String) -> Vec<String> {
    let mut forms = vec![plain.to_owned()];
    forms.extend(LENGTHS.map(shortened));
    forms.dedup();
    forms.retain(|form| form != text && !form.trim().is_empty());
    forms
}

/// Letters and digits of living scripts, blanks, and marks that mean nothing to a machine.
fn is_plain(c: char) -> bool {
    let is_mark = matches!(
        c,
        '.' | ','
            | ':'
            | ';'
            | '-'
            | '('
            | ')'
            | '['
            | ']'
            | '/'
            | '+'
            | '@'
            | '#'
            | '№'
            | '_'
            | '!'
            | '?'
            | '%'
            | '*'
            | '\''
            | '—'
            | '–'
            | '’'
    );
    u32::from(c) < 0x1_0000 && (c.is_alphanumeric() || matches!(c, ' ' | '\n') || is_mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_get_plainer_and_shorter_and_never_repeat() {
        assert_eq!(plainer("Ring ☎ <b>twice</b>"), ["Ring  btwice/b"]);
        assert_eq!(plainer("plain"), Vec::<String>::new());
        let lengths: Vec<_> = plainer(&"x".repeat(3000)).iter().map(|form| form.chars().count()).collect();
        assert_eq!(lengths, [1000, 255, 60]);
    }

    #[test]
    fn a_block_keeps_its_marker_whole() {
        let block = format!("Cartum order 7 — Shop\n{} ☠\n[cartum:shop.example.com/7]", "word ".repeat(300));
        let forms = plainer_block(&block);
        assert!(forms.iter().all(|form| form.ends_with("\n[cartum:shop.example.com/7]")), "{forms:?}");
        assert_eq!(forms.last().map(String::as_str), Some("Cartum order 7 — Shop\n[cartum:shop.example.com/7]"));
    }
}
