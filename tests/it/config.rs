//! `config check`, and what every command says about faulty settings.

use crate::support::Program;

#[tokio::test]
async fn config_check_shows_every_setting_and_where_it_comes_from() {
    let program = Program::new().config("[sync]\npoll_interval = \"10m\"\n").env("CARTUM_ROAPP__LOG__LEVEL", "warn");
    let checked = program.run(&["config", "check"]).await;
    assert!(checked.success, "{checked:?}");
    let line = |key: &str| -> Vec<String> {
        let line = checked.stdout.lines().find(|line| line.starts_with(key)).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!(
        line("sync.poll_interval"),
        ["sync.poll_interval", "10m", &program.path("shop.toml").display().to_string()]
    );
    assert_eq!(line("log.level"), ["log.level", "warn", "CARTUM_ROAPP__LOG__LEVEL"]);
    assert_eq!(line("sync.lease_time"), ["sync.lease_time", "30s", "default"]);
}

#[tokio::test]
async fn the_option_wins_over_the_variable_that_names_the_file() {
    let program = Program::new().config("[sync]\npoll_interval = \"10m\"\n");
    std::fs::write(program.path("other.toml"), "[sync]\npoll_interval = \"20m\"\n").unwrap();
    let checked = program.run(&["--config", "other.toml", "config", "check"]).await;
    assert!(checked.stdout.contains("20m") && !checked.stdout.contains("10m"), "{checked:?}");
}

#[tokio::test]
async fn every_command_refuses_faulty_settings_with_all_faults_at_once() {
    let program = Program::new()
        .config("[sync]\npoll_interval = \"0s\"\ninterval = 5\n")
        .env("CARTUM_ROAPP__HTTP__LISTEN", "nowhere")
        .env("CARTUM_ROAPP__SHOP__NAME", "x");
    for command in [&["config", "check"][..], &["migrate"]] {
        let refused = program.run(command).await;
        assert!(!refused.success && refused.stdout.is_empty(), "{refused:?}");
        let file = program.path("shop.toml");
        for text in [
            &format!("{}: sync.poll_interval: ", file.display()),
            &format!("{}: sync.interval: unknown setting", file.display()),
            "CARTUM_ROAPP__HTTP__LISTEN: http.listen: `nowhere` is not an address",
            "CARTUM_ROAPP__SHOP__NAME: shop.name: unknown section shop",
        ] {
            assert!(refused.stderr.contains(text), "no `{text}` in {}", refused.stderr);
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let refused = Program::new().run(&["--config", "/nowhere/shop.toml", "config", "check"]).await;
    assert!(!refused.success && refused.stderr.contains("/nowhere/shop.toml: cannot be read"), "{refused:?}");
}

#[tokio::test]
async fn the_password_of_the_database_is_not_shown() {
    let program = Program::new().env("CARTUM_ROAPP__DATABASE__URL", "postgres://shop:hunter2@db.example:5432/shop");
    let checked = program.run(&["config", "check"]).await;
    assert!(checked.success && checked.stdout.contains("db.example"), "{checked:?}");
    assert!(!format!("{checked:?}").contains("hunter2"));
}
