//! The log, in a process of its own: log and panic hook belong to a whole process.

use std::process::{Command, Stdio};

use cartum_roapp::{
    config::Settings,
    telemetry::{self, LogTo},
};

#[test]
fn a_panic_is_logged_as_json_with_its_place_and_without_its_message() {
    let this = std::env::current_exe().unwrap();
    let one = ["--exact", "telemetry::a_process_that_panics", "--ignored", "--nocapture"];
    let ended = Command::new(this).args(one).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    let line = stdout.lines().find(|line| line.contains("panicked")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["level"], "ERROR");
    assert!(line["place"].as_str().unwrap().contains("telemetry.rs"), "{line}");
    assert!(!stdout.contains("hunter2") && !stderr.contains("hunter2"), "{stdout}{stderr}");
}

#[test]
#[ignore = "panics, for its neighbour"]
fn a_process_that_panics() {
    let settings = Settings::from_layers(None, []).unwrap();
    telemetry::start(&settings.log, LogTo::Stdout).unwrap();
    panic!("hunter2");
}

/// What a shop or RO App may put into a text: another line, commands of a terminal, marks that hide or turn what is shown.
const HOSTILE: &str = "a\n2026-05-10T09:00:00Z ERROR forged\r\u{1b}[2J\u{9b}2J\u{202e}\u{2028}\u{200b}\u{feff}\"}";

#[test]
fn hostile_text_neither_begins_a_line_nor_reaches_a_terminal_and_a_collector_reads_it_back() {
    for format in ["json", "text"] {
        let this = std::env::current_exe().unwrap();
        let one = format!("telemetry::a_process_that_logs_hostile_text_as_{format}");
        let ended = Command::new(this).args(["--exact", &one, "--ignored", "--nocapture"]).output().unwrap();
        let stdout = String::from_utf8(ended.stdout).unwrap();
        let lines: Vec<_> = stdout.lines().filter(|line| line.contains("a message")).collect();
        assert_eq!(lines.len(), 1, "{stdout}");
        let hidden = |c: char| c.is_control() || ['\u{202e}', '\u{2028}', '\u{200b}', '\u{feff}'].contains(&c);
        assert!(!lines[0].contains(hidden) && !stdout.lines().any(|line| line.starts_with("2026-05-10")), "{stdout:?}");
        assert!(!stdout.contains("chatter of a library"), "{stdout}");
        if format == "json" {
            let line: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
            for name in ["reason", "error", "shown", "store"] {
                assert_eq!(line[name], HOSTILE, "{name} in {line}");
            }
            assert_eq!((&line["linked"], &line["account"]), (&7.into(), &"2024".into()), "{line}");
            assert_eq!((&line["order"], &line["process"]), (&1042.into(), &"one".into()), "{line}");
        }
    }
}

#[test]
#[ignore = "logs, for its neighbour"]
fn a_process_that_logs_hostile_text_as_json() {
    log_hostile_text("json");
}

#[test]
#[ignore = "logs, for its neighbour"]
fn a_process_that_logs_hostile_text_as_text() {
    log_hostile_text("text");
}

fn log_hostile_text(format: &str) {
    let settings = Settings::from_layers(None, [("CARTUM_ROAPP__LOG__FORMAT".into(), format.into())]).unwrap();
    telemetry::start(&settings.log, LogTo::Stdout).unwrap();
    telemetry::name_process("one");
    let error: Box<dyn std::error::Error> = HOSTILE.into();
    let span = tracing::error_span!(target: "cartum_roapp", "order", store = HOSTILE, order = %1042);
    span.in_scope(|| {
        tracing::error!(target: "sqlx::pool", "chatter of a library");
        tracing::warn!(
            target: "cartum_roapp",
            reason = HOSTILE,
            error = &*error as &dyn std::error::Error,
            shown = %HOSTILE,
            linked = %7,
            account = %"2024",
            "a message"
        );
    });
}

#[test]
fn a_closed_standard_error_does_not_end_the_program() {
    let folder = crate::support::folder();
    let mut command = Command::new(crate::support::program());
    command.args(["account", "add", "main", "--api-key-file", "api.key", "--base-url", "ftp://nowhere"]);
    command.current_dir(folder.path()).env("CARTUM_ROAPP__DATABASE__DATA_DIR", folder.path().join("data"));
    std::fs::write(folder.path().join("api.key"), "key").unwrap();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    // It logs that it made a key, then refuses the address: an abort would have no code.
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
