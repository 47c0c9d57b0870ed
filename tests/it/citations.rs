//! Every "design section 6", "invariant 3", "contract cartum 4.5" and "contract roapp unknown 17" leads somewhere: to a heading, a
//! point or a row of `src/design.md`, `src/cartum/contract.md` or `src/roapp/contract.md`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Where citations may stand.
const PLACES: [&str; 7] = ["src", "tests", "config", "migrations", "README.md", "Cargo.toml", "Dockerfile"];

/// What a citation leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Design(String),
    Invariant(String),
    Cartum(String),
    CartumUnknown(String),
    RoApp(String),
    RoAppUnknown(String),
    /// A contract that is not named, or no number behind it.
    Nowhere(String),
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let entries = fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path());
    let is_text = |path: &Path| {
        path.extension().is_some_and(|kind| ["rs", "md", "sql", "toml", "ftl"].iter().any(|text| kind == *text))
    };
    entries.flat_map(|path| files(&path)).filter(|path| is_text(path) || path.parent() == Some(root())).collect()
}

/// The text with citations in one piece: lines joined, what begins a line of comment left out.
fn joined(text: &str) -> String {
    let lines =
        text.lines().map(|line| line.trim_start().trim_start_matches(['/', '!', '#']).trim_start_matches("--").trim());
    lines.collect::<Vec<_>>().join(" ")
}

/// A number like `4` or `4.10` at the beginning, and the rest.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let whole = digits(text);
    let length = match text[whole..].strip_prefix('.').map(digits) {
        Some(fraction) if whole > 0 && fraction > 0 => whole + 1 + fraction,
        _ => whole,
    };
    (length > 0).then(|| text.split_at(length))
}

/// The numbers of "4.4 to 4.7", "5, 7 and 8" or "8, unknowns 3 and 4", whether each is one of an unknown, and the rest.
fn numbers(text: &str) -> (Vec<(bool, &str)>, &str) {
    let (mut found, mut rest, mut next) = (Vec::new(), text, text.trim_start_matches([',', ' ']));
    let mut is_unknown = false;
    loop {
        for (word, unknown) in [("sections ", false), ("section ", false), ("unknowns ", true), ("unknown ", true)] {
            if let Some(after) = next.strip_prefix(word) {
                (next, is_unknown) = (after, unknown);
            }
        }
        let Some((number, after)) = number(next) else { return (found, rest) };
        found.push((is_unknown, number));
        rest = after;
        let between = [", and ", ", ", " and ", " to ", "–"].iter().find_map(|between| rest.strip_prefix(between));
        let Some(after) = between else { return (found, rest) };
        next = after;
    }
}

/// What stands behind each of these words, and behind an "s" that they may have.
fn behind<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let rests = text.match_indices(word).map(move |(at, _)| &text[at + word.len()..]);
    rests.filter_map(|rest| rest.strip_prefix('s').unwrap_or(rest).strip_prefix(' '))
}

/// Every citation of a text.
fn citations(text: &str) -> Vec<Target> {
    let text = joined(text);
    let mut found = Vec::new();
    for (word, target) in [("esign section", Target::Design as fn(String) -> Target), ("nvariant", Target::Invariant)] {
        for rest in behind(&text, word) {
            found.extend(numbers(rest).0.into_iter().map(|(_, number)| target(number.into())));
        }
    }
    found.extend(behind(&text, "ontract").flat_map(of_contract));
    found
}

/// What stands behind "contract": "cartum 10.3 and roapp 11", say.
fn of_contract(mut text: &str) -> Vec<Target> {
    if number(text).is_some() || text.starts_with("section") || text.starts_with("unknown") {
        return vec![Target::Nowhere(format!("contract {}", text.chars().take(20).collect::<String>()))];
    }
    let mut found = Vec::new();
    loop {
        let (is_cartum, rest) = match (text.strip_prefix("cartum"), text.strip_prefix("roapp")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            (None, None) => return found,
        };
        let (listed, rest) = numbers(rest);
        found.extend(listed.into_iter().map(|(is_unknown, number)| match (is_cartum, is_unknown) {
            (true, false) => Target::Cartum(number.into()),
            (true, true) => Target::CartumUnknown(number.into()),
            (false, false) => Target::RoApp(number.into()),
            (false, true) => Target::RoAppUnknown(number.into()),
        }));
        let Some(rest) = rest.strip_prefix(" and ") else { return found };
        text = rest;
    }
}

/// Everything that a citation may lead to.
fn targets() -> BTreeSet<Target> {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let headings = |text: &str| -> Vec<String> {
        let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
        headings
            .filter_map(|line| number(line.trim_start_matches('#').trim()).map(|(number, _)| number.into()))
            .collect()
    };
    let rows = |text: &str| -> Vec<String> {
        let (_, rows) = text.split_once("What is not known").unwrap();
        rows.lines().filter_map(|line| number(line.strip_prefix("| ")?).map(|(number, _)| number.into())).collect()
    };
    let (design, cartum, roapp) =
        (read("src/design.md"), read("src/cartum/contract.md"), read("src/roapp/contract.md"));
    let points = design.lines().filter_map(|line| number(line).filter(|(_, rest)| rest.starts_with(". **")));
    let mut targets: BTreeSet<_> = points.map(|(number, _)| Target::Invariant(number.into())).collect();
    targets.extend(headings(&design).into_iter().map(Target::Design));
    targets.extend(headings(&cartum).into_iter().map(Target::Cartum));
    targets.extend(rows(&cartum).into_iter().map(Target::CartumUnknown));
    targets.extend(headings(&roapp).into_iter().map(Target::RoApp));
    targets.extend(rows(&roapp).into_iter().map(Target::RoAppUnknown));
    targets
}

#[test]
fn every_citation_leads_to_a_heading_a_point_or_a_row() {
    let targets = targets();
    let (mut seen, mut lost) = (0, Vec::new());
    for file in PLACES.iter().flat_map(|place| files(&root().join(place))) {
        // This file has wrong ones.
        if file.ends_with("citations.rs") {
            continue;
        }
        for target in citations(&fs::read_to_string(&file).unwrap()) {
            seen += 1;
            if !targets.contains(&target) {
                lost.push(format!("{}: {target:?}", file.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(
        lost.is_empty(),
        "these lead nowhere; a contract is named, as in \"contract roapp 4.5\":\n{}",
        lost.join("\n")
    );
    assert!(seen > 200, "only {seen} citations were found");
}

#[test]
fn a_citation_is_read_in_each_form_and_a_wrong_one_is_seen() {
    let section = |number: &str| Target::RoApp(number.into());
    for (text, found) in [
        ("(design section 6, invariant 4)", vec![Target::Design("6".into()), Target::Invariant("4".into())]),
        ("(design\n//! sections 7 and 8)", vec![Target::Design("7".into()), Target::Design("8".into())]),
        ("contract roapp 4.1–4.3, 4.6", vec![section("4.1"), section("4.3"), section("4.6")]),
        ("/// contract roapp\n    /// unknown 31)", vec![Target::RoAppUnknown("31".into())]),
        (
            "contract cartum 4.2, unknowns 3 and 4.",
            vec![Target::Cartum("4.2".into()), Target::CartumUnknown("3".into()), Target::CartumUnknown("4".into())],
        ),
        ("contracts cartum 10.3 and roapp 11", vec![Target::Cartum("10.3".into()), section("11")]),
        ("contract roapp 10.3. Then 5 more", vec![section("10.3")]),
        ("RoAppError::Contract { .. } and the contract says", Vec::new()),
    ] {
        assert_eq!(citations(text), found, "{text}");
    }
    for text in [
        "contract section 4.2",
        "contract 4.2",
        "contract roapp 4.99",
        "contract cartum unknown 99",
        "design section 11",
        "invariant 12",
    ] {
        assert!(citations(text).iter().any(|target| !targets().contains(target)), "{text}");
    }
    assert!(targets().len() > 120, "{}", targets().len());
}
