//! What reaches a person's terminal: nothing that it would obey, lines that fit, commands that can be copied.

use cartum_roapp::{
    db::orders::OrderState,
    domain::said::Said,
    sandbox::roapp::{RoApp, RoAppOptions},
};
use serde_json::{Value, json};

use super::{
    order::{raw, save},
    world::{World, roapp_options},
};
use crate::support::{Finished, Program};

/// Colours, a title, a cleared screen, C1 codes, DEL, line breaks, a false error, turned writing.
const HOSTILE: &str = "A\u{1b}[31m\u{1b}]0;owned\u{7}\u{9b}2J\u{9d}x\u{9c}\u{7f}\r\nerror: all is lost\u{202e}gnp.\u{2066}\u{200f}\u{8}\u{feff}Z";

/// What no terminal may be given; line breaks alone are ours.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}' | '\u{feff}' | '\u{2028}')
}

fn assert_harmless(told: &Finished, arguments: &[&str]) {
    for text in [&told.stdout, &told.stderr] {
        assert!(!text.contains(is_obeyed), "{arguments:?}: {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("error: all is lost")), "{arguments:?}: {text}");
    }
}

/// A store with hostile text in every place that a shop or RO App fills.
async fn hostile() -> World {
    let world = World::with_store().await;
    let mut order = raw(1000);
    order["products"][0]["title"] = json!(HOSTILE);
    order["products"][1]["article"] = json!(format!("{HOSTILE}{}", "w".repeat(100_000)));
    let held = save(&world, 1000, &order, OrderState::Held, HOSTILE).await;
    save(&world, 1001, &json!({"order_id": 1001, "products": HOSTILE}), OrderState::Unreadable, HOSTILE).await;
    for statement in [
        "UPDATE store SET reason = $1, last_error = $1, failing_since = now(), state = 'paused'",
        "UPDATE account SET reason = $1, last_error = $1, failing_since = now(), state = 'needs_key'",
        "UPDATE store_order SET pending_change = $1, conflicts = jsonb_build_array(jsonb_build_object('part', 'line', 'title', $1->'text', 'store', $1->'text', 'roapp', $1)) WHERE number = 1000",
        "INSERT INTO notice (account_id, store_id, topic, about, said) SELECT account_id, id, $1->>'text', $1->>'text', $1 FROM store",
    ] {
        sqlx::query(statement)
            .bind(json!({"code": "text", "text": HOSTILE}))
            .execute(world.database.pool())
            .await
            .unwrap();
    }
    let mut tx = world.database.begin().await;
    cartum_roapp::db::history::add(&mut tx, held, &Said::new("try").with("try", 1).with("reason", HOSTILE))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world
}

#[tokio::test]
async fn no_text_of_a_shop_or_of_ro_app_commands_a_terminal() {
    let world = hostile().await;
    for arguments in [
        &["order", "list"][..],
        &["order", "list", "--conflicts"],
        &["order", "show", "My shop", "1000"],
        &["order", "show", "My shop", "1001"],
        &["order", "find", "My shop", "1000"],
        &["store", "list"],
        &["store", "show", "My shop"],
        &["account", "list"],
        // These fail, with the reason in the error.
        &["store", "import", "My shop"],
        &["sync", "My shop"],
        &["order", "retry", "My shop"],
        &["store", "pause", "My shop"],
    ] {
        let told = world.run(arguments).await;
        assert_harmless(&told, arguments);
        assert!(told.success || told.stderr.contains("\\u{1b}[31m"), "{arguments:?}: {told:?}");
    }
    for arguments in [
        &["order", "list"][..],
        &["order", "show", "My shop", "1000"],
        &["store", "show", "My shop"],
        &["store", "list"],
        &["account", "list"],
    ] {
        let told = world.run(&[arguments, &["--json"]].concat()).await;
        assert_harmless(&told, arguments);
        let value: Value = serde_json::from_str(&told.stdout).unwrap();
        assert!(holds(&value, HOSTILE), "{arguments:?}: JSON is exact: {value}");
    }
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(held) => held == text,
        Value::Array(values) => values.iter().any(|value| holds(value, text)),
        Value::Object(values) => values.values().any(|value| holds(value, text)),
        _ => false,
    }
}

#[tokio::test]
async fn help_wraps_at_words_and_the_help_command_works() {
    let program = Program::new();
    let mut commands = vec![vec!["help"], vec!["--help"]];
    for group in ["account", "store", "order", "config", "secrets"] {
        commands.push(vec!["help", group]);
        commands.push(vec![group, "--help"]);
    }
    for command in [
        vec!["store", "import"],
        vec!["store", "edit"],
        vec!["order", "list"],
        vec!["order", "resolve"],
        vec!["order", "resync"],
        vec!["demo"],
        vec!["account", "add"],
        vec!["run"],
        vec!["sync"],
    ] {
        commands.push([vec!["help"], command.clone()].concat());
        commands.push([command, vec!["--help"]].concat());
    }
    for command in &commands {
        let told = program.run(command).await;
        assert!(told.success && told.stdout.contains("Usage:"), "{command:?}: {told:?}");
        assert!(!told.stdout.contains('\u{1b}'), "colour is for terminals: {told:?}");
        // How a command is called is one line, however long.
        for line in told.stdout.lines().filter(|line| !line.starts_with("Usage:")) {
            assert!(line.chars().count() <= 80, "{command:?}: {line}");
        }
    }
}

#[tokio::test]
async fn the_next_command_is_right_where_two_stores_have_one_name() {
    let world = World::with_store().await;
    let made = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(10_000);
    let other = RoApp::start(RoAppOptions { company_created_at: made, ..roapp_options() }).await.unwrap();
    let url = other.base_url();
    world.ok(&["account", "add", "second", "--api-key-file", "api.key", "--base-url", &url]).await;
    let told = world.ok(&["store", "add", &world.store_file(&[("account", "account = \"second\"")])]).await;
    for command in [
        told,
        world.ok(&["store", "import", "second/My shop", "--yes"]).await,
        world.ok(&["store", "pause", "second/My shop"]).await,
    ] {
        assert!(command.contains("\"second/My shop\""), "{command}");
    }
    for command in [&["sync", "second/My shop"][..], &["order", "retry", "second/My shop"]] {
        assert!(world.refused(command).await.contains("store resume \"second/My shop\""), "{command:?}");
    }
    assert!(world.ok(&["store", "show", "main/My shop"]).await.contains("store import \"main/My shop\""));
    assert!(world.refused(&["sync", "main/My shop"]).await.contains("store import \"main/My shop\""));
}

#[tokio::test]
async fn the_next_command_is_quoted_for_a_shell() {
    let world = World::with_account().await;
    for (name, quoted) in
        [("It's $(date) `x`!", r"'It'\''s $(date) `x`!'"), ("-x", "\"main/-x\""), ("Крамниця №1", "\"Крамниця №1\"")]
    {
        let line = format!("name = {}", toml::Value::String(name.to_owned()));
        let told = world.ok(&["store", "add", &world.store_file(&[("name", &line)])]).await;
        let next = told.lines().find_map(|line| line.strip_prefix("next: cartum-roapp ")).unwrap();
        assert_eq!(next, format!("store import {quoted}"));
        let removed = std::process::Command::new("sh").args(["-c", &format!("printf %s {quoted}")]).output().unwrap();
        world.ok(&["store", "remove", &String::from_utf8(removed.stdout).unwrap(), "--yes"]).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn on_a_terminal_lines_fit_it_and_no_color_is_heeded() {
    let world = hostile().await;
    for columns in [50, 80, 132] {
        for arguments in ["order list", "store list", "order show 'My shop' 1000", "help store import"] {
            let told = world.program.on_terminal(columns, &format!("$PROGRAM {arguments}")).await;
            let text = told.stdout.replace('\r', "");
            let widest =
                text.lines().map(|line| unicode_width::UnicodeWidthStr::width(strip_colours(line).as_str())).max();
            assert!(
                widest.is_some_and(|width| width <= columns as usize && width > 0),
                "{columns} {arguments}: {text}"
            );
        }
    }
    for (variable, colours) in [("", true), ("NO_COLOR=1 ", false)] {
        let line = format!("{variable}$PROGRAM --help; {variable}timeout -s INT 5 $PROGRAM run --read-only");
        let told = world.program.on_terminal(80, &line).await;
        assert_eq!(told.stdout.contains("\u{1b}["), colours, "{told:?}");
    }
}

fn strip_colours(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}
