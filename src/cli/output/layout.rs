//! Column layout, and what happens when a line is not wide enough: cells wrap, or each row becomes a block.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::domain::plain::plain;

/// The widest cell; the rest of a longer one is left out (`--json` has it).
const WIDEST: usize = 1_000;
/// A column that is made narrower keeps at least this width.
const NARROWEST: usize = 16;
/// Between two columns.
const GAP: usize = 2;

/// Lines in columns below a heading, none of them wider than `width`, as far as that is possible. A column without any cell is
/// left out. Where the columns do not fit, long cells go on below; where that is not enough, each row is a block of lines.
#[must_use]
pub(super) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]], width: usize) -> Vec<String> {
    let rows: Vec<[String; N]> = rows.iter().map(|row| std::array::from_fn(|at| cell(&row[at]))).collect();
    let shown: Vec<usize> =
        (0..N).filter(|at| rows.is_empty() || rows.iter().any(|row| !row[*at].is_empty())).collect();
    let widest = |at: &usize| rows.iter().map(|row| row[*at].width()).max().unwrap_or(0).max(heading[*at].width());
    let wanted: Vec<usize> = shown.iter().map(widest).collect();
    let Some(widths) = fit(&wanted, width) else { return blocks(heading, &rows, &shown, width) };
    let head = shown.iter().map(|at| heading[*at].to_owned()).collect();
    let lines = std::iter::once(head).chain(rows.iter().map(|row| shown.iter().map(|at| row[*at].clone()).collect()));
    lines.flat_map(|cells: Vec<String>| in_columns(&cells, &widths)).collect()
}

/// One line of text below a label, over several lines where it is long.
#[must_use]
pub(super) fn entry(label: &str, label_width: usize, text: &str, width: usize) -> Vec<String> {
    let indent = GAP + label_width + 1;
    let room = width.saturating_sub(indent).max(NARROWEST);
    let lines = wrapped(&plain(text), room);
    let first = |nth: usize| if nth == 0 { label } else { "" };
    let told =
        |(nth, line): (usize, &String)| format!("  {} {line}", padded(first(nth), label_width)).trim_end().to_owned();
    lines.iter().enumerate().map(told).collect()
}

/// Each row as a block: its first cell, and the others below it with their headings.
fn blocks<const N: usize>(heading: [&str; N], rows: &[[String; N]], shown: &[usize], width: usize) -> Vec<String> {
    let label_width = shown.iter().map(|at| heading[*at].width()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for row in rows {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for at in shown.iter().filter(|at| !row[**at].is_empty()) {
            lines.extend(entry(heading[*at], label_width, &row[*at], width));
        }
    }
    lines
}

/// How wide each column becomes; `None` where they cannot all be there. The widest give way first.
fn fit(wanted: &[usize], width: usize) -> Option<Vec<usize>> {
    let room = width.checked_sub(GAP * wanted.len().saturating_sub(1))?;
    let least: usize = wanted.iter().map(|wanted| *wanted.min(&NARROWEST)).sum();
    if least > room {
        return None;
    }
    let total = |limit: usize| wanted.iter().map(|wanted| *wanted.min(&limit)).sum::<usize>();
    let widest = wanted.iter().copied().max().unwrap_or(0);
    let limit = (NARROWEST.min(widest)..=widest).rev().find(|limit| total(*limit) <= room)?;
    let mut widths: Vec<usize> = wanted.iter().map(|wanted| *wanted.min(&limit)).collect();
    // What is left over goes to the last column that gave way: there the text stands.
    let left = room - widths.iter().sum::<usize>();
    if let Some(at) = (0..wanted.len()).rev().find(|at| widths[*at] < wanted[*at]) {
        widths[at] = wanted[at].min(widths[at] + left);
    }
    Some(widths)
}

/// A row, over as many lines as its longest cell needs.
fn in_columns(cells: &[String], widths: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<String>> = cells.iter().zip(widths).map(|(cell, width)| wrapped(cell, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |nth: usize| {
        let parts =
            cells.iter().zip(widths).map(|(cell, width)| padded(cell.get(nth).map_or("", String::as_str), *width));
        parts.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// Harmless, in one line, and not endless.
fn cell(text: &str) -> String {
    let text = plain(text);
    let mut width = 0;
    for (at, c) in text.char_indices() {
        width += c.width().unwrap_or(0).max(usize::from(at > WIDEST * 4));
        if width > WIDEST {
            return format!("{}…", &text[..at]);
        }
    }
    text.into_owned()
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// The text in lines of at most this width, broken between words; a word that is longer is broken as well.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let long = word.width();
        let is_first = used == 0;
        if !is_first && used + 1 + long > width {
            lines.push(String::new());
            used = 0;
        } else if !is_first {
            push(&mut lines, " ");
            used += 1;
        }
        for c in word.chars() {
            let wide = c.width().unwrap_or(0);
            if used > 0 && used + wide > width {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, c.encode_utf8(&mut [0; 4]));
            used += wide;
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<const N: usize>(cells: [&str; N]) -> [String; N] {
        cells.map(str::to_owned)
    }

    #[test]
    fn columns_are_as_wide_as_what_is_seen_of_their_widest_cell() {
        let rows = [row(["Київ", "1"]), row(["日本", "2"]), row(["e\u{301}", "3"])];
        assert_eq!(table(["city", "n"], &rows, 80), ["city  n", "Київ  1", "日本  2", "e\u{301}     3"]);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_whatever_stands_in_a_cell() {
        let long = "x".repeat(200_000);
        let words = "several products have the article ".repeat(20);
        for cells in [
            row(["a", "b", &long]),
            row([&long, "b", &words]),
            row(["漢字漢字漢字漢字漢字漢", &words, ""]),
            row(["", "", ""]),
        ] {
            for width in [30, 40, 80, 200] {
                let lines = table(["first", "second", "third"], &[cells.clone(), row(["1", "2", "3"])], width);
                assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:?}");
            }
        }
    }

    #[test]
    fn a_long_reason_goes_on_in_its_own_column() {
        let rows = [row(["1043", "held", "RO App has several products with the article USB-1"])];
        assert_eq!(
            table(["order", "state", "reason"], &rows, 45),
            [
                "order  state  reason",
                "1043   held   RO App has several products",
                "              with the article USB-1",
            ]
        );
    }

    #[test]
    fn rows_become_blocks_where_columns_do_not_fit() {
        let long = "a text of more than sixteen";
        let lines = table(["a", "bcd", "e"], &[row([long, long, long]), row(["1", "", "3"])], 40);
        let whole = format!("  a   {long}");
        assert_eq!(
            lines,
            [
                &whole,
                "  bcd a text of more than sixteen",
                "  e   a text of more than sixteen",
                "",
                "  a   1",
                "  e   3"
            ]
        );
    }

    #[test]
    fn a_column_without_a_cell_is_left_out() {
        assert_eq!(table(["a", "b", "c"], &[row(["1", "", "3"])], 80), ["a  c", "1  3"]);
        assert_eq!(table::<2>(["a", "b"], &[], 80), ["a  b"]);
    }

    #[test]
    fn a_cell_is_one_harmless_line() {
        assert_eq!(table(["a", "b"], &[row(["x\ny\x1b[2J", "1"])], 80), ["a             b", "x y\\u{1b}[2J  1"]);
    }

    #[test]
    fn a_cell_without_width_is_not_endless_either() {
        assert!(cell(&"\u{301}".repeat(1_000_000)).len() < 20_000);
    }
}
