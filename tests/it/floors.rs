//! Each module knows only those on lower floors, so that there are no circles between them: see `src/lib.rs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// From the top to the ground. Modules of one floor do not know each other.
const FLOORS: [&[&str]; 13] = [
    &["cli"],
    &["app"],
    &["web"],
    &["admin"],
    &["sync"],
    &["check", "clients"],
    &["cartum", "roapp", "db"],
    &["embedded"],
    &["http", "hook_url"],
    &["secrets", "telemetry"],
    &["lifecycle", "config"],
    &["data_dir", "plain_file", "text_file", "open_files", "json", "clock", "causes", "sandbox"],
    &["domain"],
];

/// The same within `sync`. What an account is knows nothing of its orders, and a store nothing of either.
const FLOORS_OF_SYNC: [&[&str]; 7] = [
    &["schedule"],
    &["session"],
    &["batch", "rehearse", "upkeep"],
    &["order"],
    &["account"],
    &["store"],
    &["outcome", "outage"],
];

/// Commands parse and print: what they show and ask for comes from `admin` as values, what they run from `app`.
const KNOWN_TO_CLI: [&str; 13] = [
    "admin",
    "app",
    "cli",
    "clock",
    "config",
    "domain",
    "embedded",
    "lifecycle",
    "open_files",
    "sandbox",
    "secrets",
    "telemetry",
    "web",
];

fn floor(floors: &[&[&str]], module: &str) -> Option<usize> {
    floors.iter().position(|floor| floor.contains(&module))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|kind| kind == "rs") && !is_of_tests(path)).collect()
}

fn is_of_tests(path: &Path) -> bool {
    path.iter().any(|part| ["tests", "tests.rs", "samples.rs"].iter().any(|tests| part == *tests))
}

/// The code without comments and without the tests at its end.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let text = text.split("#[cfg(test)]\n#[expect").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The modules that this beginning of a path leads to, such as `crate::`.
fn known(code: &str, beginning: &str) -> BTreeSet<String> {
    code.split(beginning).skip(1).flat_map(heads).collect()
}

/// The first words of a path, or of each path of a list in braces.
fn heads(text: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let Some(list) = text.strip_prefix('{') else { return vec![word(text)] };
    let (mut depth, mut heads, mut begins) = (0, Vec::new(), true);
    for (at, c) in list.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            _ if begins && !c.is_whitespace() => {
                heads.push(word(&list[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    heads
}

/// Every file below `root` that knows a module on its own floor or above it.
fn wrong(root: &Path, floors: &[&[&str]], known: impl Fn(&str, bool) -> BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in sources(root) {
        let place = path.strip_prefix(root).unwrap();
        let module = place.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if ["main", "lib", "mod"].contains(&module) {
            continue;
        }
        let Some(own) = floor(floors, module) else {
            wrong.push(format!("{module} stands on no floor"));
            continue;
        };
        let above = known(&code(&path), place.iter().count() == 1).into_iter().filter(|other| other != module);
        let above = above.filter(|other| floor(floors, other).is_some_and(|floor| floor <= own));
        wrong.extend(above.map(|other| format!("{} knows {other}", place.display())));
    }
    wrong
}

#[test]
fn each_module_knows_only_those_on_lower_floors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    assert_eq!(wrong(&root, &FLOORS, |code, _| known(code, "crate::")), [""; 0]);
}

#[test]
fn each_room_of_the_sync_knows_only_those_on_lower_floors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sync");
    let of_sync = |code: &str, is_on_top: bool| {
        let beside = if is_on_top { known(code, "super::") } else { BTreeSet::new() };
        known(code, "sync::").into_iter().chain(beside).collect()
    };
    assert_eq!(wrong(&root, &FLOORS_OF_SYNC, of_sync), [""; 0]);
}

#[test]
fn commands_reach_the_database_and_both_sides_through_admin_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root.join("cli"));
    assert!(files.len() > 15, "{files:?}");
    let mut wrong = Vec::new();
    for path in files {
        let others = known(&code(&path), "crate::").into_iter().filter(|other| !KNOWN_TO_CLI.contains(&other.as_str()));
        wrong.extend(others.map(|other| format!("{} knows {other}", path.strip_prefix(&root).unwrap().display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_a_file_knows_is_found_in_each_form_of_its_paths() {
    let code = "use crate::{\n    db::{self, DbError},\n    domain::ids::Id,\n    json,\n};\nfn x() { crate::http::Fence::open() }";
    assert_eq!(known(code, "crate::"), ["db", "domain", "http", "json"].map(str::to_owned).into());
}

/// What belongs to every table's subject: whose key sealed what, clocks that were set back, and how much is kept.
const OF_EVERY_TABLE: [&str; 3] = ["sealed", "clock_back", "growth"];
/// Written beside its owner: an account that has work is due, and a webhook says so in the one statement that takes its hint.
const BESIDE_ITS_OWNER: [(&str, &str); 1] = [("account", "store/order_hints.rs")];

/// The tables that the statements of a file change.
fn changed(code: &str) -> BTreeSet<String> {
    let verbs = ["UPDATE ", "INSERT INTO ", "DELETE FROM "];
    let tables = verbs.iter().flat_map(|verb| code.split(verb).skip(1).flat_map(heads));
    tables.filter(|table| !table.is_empty() && table.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect()
}

/// The statements of a file, with what their comments call them.
fn statements(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_table_is_changed_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db");
    let mut owners = BTreeMap::<String, BTreeSet<String>>::new();
    for path in sources(&root) {
        let place = path.strip_prefix(&root).unwrap();
        let subject = place.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if OF_EVERY_TABLE.contains(&subject.as_str()) {
            continue;
        }
        for table in changed(&statements(&path)) {
            if !BESIDE_ITS_OWNER.contains(&(table.as_str(), place.to_str().unwrap())) {
                owners.entry(table).or_default().insert(subject.clone());
            }
        }
    }
    assert!(owners.len() > 20, "{owners:#?}");
    owners.retain(|_, subjects| subjects.len() > 1);
    assert!(owners.is_empty(), "{owners:#?}");
}

/// `embedded` makes the database and its role before there is anything in it.
#[test]
fn only_the_database_room_speaks_sql() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let is_query = |code: &str| code.split("sqlx::query").skip(1).any(|rest| rest.starts_with(['!', '_', '(', ':']));
    let mut speaking = sources(&root);
    speaking.retain(|path| is_query(&statements(path)));
    assert!(speaking.len() > 20, "{speaking:?}");
    speaking.retain(|path| !["db", "embedded"].iter().any(|room| path.starts_with(root.join(room))));
    assert!(speaking.is_empty(), "{speaking:?}");
}

#[test]
fn only_the_transitions_of_an_order_set_its_state() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db");
    let mut places = BTreeSet::new();
    for path in sources(&root) {
        // Up to where a statement ends in the code.
        for update in statements(&path).split("UPDATE store_order").skip(1) {
            let set = update.split("WHERE").next().unwrap();
            if [" state =", " reason =", " tries =", " repaired =", "\nstate ="]
                .iter()
                .any(|set_to| set.contains(set_to))
            {
                places.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    assert_eq!(places, BTreeSet::from(["order/transitions.rs".to_owned()]));
}
