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
