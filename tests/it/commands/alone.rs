//! Commands without a daemon, without a database, and with one that is away: told at once, never a hang, nothing made unasked.

use std::{fs, os::unix::fs::symlink, time::Duration};

use tokio::{net::TcpListener, time::Instant};

use super::world::World;
use crate::support::Program;

const NO_DAEMON: &str = "no daemon is running on this database";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_the_daemon_says_that_none_runs_and_how_to_start_it() {
    let world = World::with_store().await;
    let asked: [&[&str]; 4] =
        [&["store", "import", "My shop", "--yes"], &["sync", "My shop"], &["store", "list"], &["store", "list"]];
    for command in asked {
        let told = world.ok(command).await;
        assert!(told.contains(NO_DAEMON) && told.contains("cartum-roapp run"), "{command:?}: {told}");
    }
    world.ok(&["store", "pause", "My shop"]).await;
    assert!(world.ok(&["store", "resume", "My shop"]).await.contains(NO_DAEMON));
    // It is said at once, before anything is waited for, and what is waited for is said as well.
    for command in [&["sync", "My shop", "--wait"][..], &["store", "audit", "My shop"]] {
        let waiting = world.program.start(command);
        waiting.prints(NO_DAEMON).await;
        waiting.logs("waiting for the daemon").await;
    }
    let daemon = world.program.start(&["run"]);
    daemon.prints("started").await;
    // It says that it lives with its first look.
    crate::support::eventually("a daemon that lives", async || {
        (!world.ok(&["store", "list"]).await.contains(NO_DAEMON)).then_some(())
    })
    .await;
    assert!(!world.ok(&["sync", "My shop", "--wait"]).await.contains(NO_DAEMON));
    daemon.signal("TERM");
    let mut daemon = daemon;
    assert!(daemon.ended().await.success());
    assert!(world.ok(&["sync", "My shop"]).await.contains(NO_DAEMON), "it said that it ended");
    // Programs that read the list get nothing but the list.
    assert!(world.json(&["store", "list"]).await.is_array());
}

#[tokio::test]
async fn a_command_that_has_nothing_to_do_without_a_database_makes_none() {
    let program = Program::new();
    let commands: [&[&str]; 16] = [
        &["account", "list"],
        &["account", "list", "--json"],
        &["account", "check", "main"],
        &["account", "edit", "main", "--api-key-file", "api.key"],
        &["account", "hook", "main"],
        &["account", "remove", "main"],
        &["store", "list"],
        &["store", "add", "my-shop.toml"],
        &["store", "show", "My shop"],
        &["store", "pause", "My shop"],
        &["store", "import", "My shop", "--yes"],
        &["order", "list"],
        &["order", "show", "My shop", "1"],
        &["order", "retry", "My shop"],
        &["sync", "My shop"],
        &["run", "--read-only"],
    ];
    for command in commands {
        let told = program.run(command).await;
        let text = format!("{}{}", told.stdout, told.stderr);
        assert!(!told.success && text.contains("there is no database yet"), "{command:?}: {told:?}");
        assert!(text.contains("account add") && text.contains("database.data_dir"), "{command:?}: {told:?}");
        assert!(!program.data().exists(), "{command:?}");
    }
    assert!(program.run(&["migrate"]).await.success);
    let list = program.run(&["account", "list", "--json"]).await;
    assert!(list.success && list.stdout.trim() == "[]", "{list:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_but_run_gives_up_on_a_database_that_is_away_and_names_it() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = (silent.local_addr().unwrap().port(), silent);
    // Nobody listens there, and somebody who never answers.
    for (port, what) in [(1, "closed"), (silent.0, "silent")] {
        let program = Program::new()
            .env("CARTUM_ROAPP__DATABASE__URL", format!("postgres://nobody:hunter2@127.0.0.1:{port}/nothing"))
            .env("CARTUM_ROAPP__SECRETS__KEY_FILE", "secrets.key");
        assert!(program.run(&["secrets", "new-key", "secrets.key"]).await.success);
        fs::write(program.path("api.key"), "key").unwrap();
        let commands: [&[&str]; 6] = [
            &["migrate"],
            &["store", "list"],
            &["order", "list"],
            &["account", "add", "main", "--api-key-file", "api.key"],
            &["sync", "My shop", "--wait"],
            &["secrets", "give-up", "ab", "--yes"],
        ];
        let begun = Instant::now();
        let mut running: Vec<_> = commands.iter().map(|command| (command, program.start(command))).collect();
        let mut daemon = program.start(&["run"]);
        for (command, running) in &mut running {
            assert!(!running.ended().await.success(), "{command:?}");
            let told = running.stderr();
            assert!(told.contains(&format!("127.0.0.1:{port} has not answered")), "{what} {command:?}: {told}");
            assert!(told.contains("database.url") && !told.contains("hunter2"), "{told}");
        }
        let waited = begun.elapsed();
        assert!(waited > Duration::from_secs(4) && waited < Duration::from_secs(25), "{waited:?}");
        assert!(daemon.is_running(), "{what}");
    }
}

#[tokio::test]
async fn the_container_image_has_no_database_of_its_own_and_says_what_to_set() {
    let image = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Dockerfile")).unwrap();
    assert!(image.contains("CARTUM_ROAPP_CONTAINER=1"));
    let program = Program::new().env("CARTUM_ROAPP_CONTAINER", "1");
    for command in
        [&["run"][..], &["migrate"], &["account", "add", "main", "--api-key-file", "none"], &["store", "list"]]
    {
        let told = program.run(command).await;
        assert!(!told.success && told.stderr.contains("CARTUM_ROAPP__DATABASE__URL"), "{command:?}: {told:?}");
        assert!(told.stderr.contains("CARTUM_ROAPP__SECRETS__KEY_FILE"), "{command:?}: {told:?}");
        assert!(!program.data().exists(), "{command:?}");
    }
}

#[tokio::test]
async fn the_settings_beside_are_read_where_none_are_named_and_shown_by_config_check() {
    let program = Program::new();
    let checked = program.run(&["config", "check"]).await;
    assert!(checked.stdout.contains("settings file: none"), "{checked:?}");
    // As Windows saves it.
    fs::write(program.path("cartum-roapp.toml"), "\u{feff}[sync]\r\npoll_interval = \"7m\"\r\n").unwrap();
    let checked = program.run(&["config", "check"]).await;
    assert!(
        checked.stdout.contains("settings file: cartum-roapp.toml") && checked.stdout.contains("7m"),
        "{checked:?}"
    );
    fs::write(program.path("named.toml"), "[sync]\npoll_interval = \"8m\"\n").unwrap();
    let named = program.run(&["--config", "named.toml", "config", "check"]).await;
    assert!(named.stdout.contains("8m") && !named.stdout.contains("7m"), "{named:?}");
    let wide: Vec<u8> = "\u{feff}[sync]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(program.path("cartum-roapp.toml"), wide).unwrap();
    let refused = program.run(&["config", "check"]).await;
    assert!(!refused.success && refused.stderr.contains("UTF-16"), "{refused:?}");
    // A link may lead to anybody's file.
    fs::rename(program.path("cartum-roapp.toml"), program.path("wide.toml")).unwrap();
    symlink("named.toml", program.path("cartum-roapp.toml")).unwrap();
    let refused = program.run(&["config", "check"]).await;
    assert!(!refused.success && refused.stderr.contains("is a symbolic link"), "{refused:?}");
    let named = program.run(&["--config", "cartum-roapp.toml", "config", "check"]).await;
    assert!(named.stdout.contains("8m"), "{named:?}");
}
