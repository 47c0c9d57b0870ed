#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;

fn load(file: &str, variables: &[(&str, &str)]) -> Result<Settings, Faults> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.toml");
    std::fs::write(&path, file).unwrap();
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Settings::from_layers(Some(&path), variables)
}

/// The faults as `layer key: problem`, where the layer is `file` or the variable's name.
fn faults(file: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let shown = |fault: &Fault| match &fault.origin {
        Origin::File(_) => format!("file {}: {}", fault.key, fault.problem),
        origin => format!("{origin} {}: {}", fault.key, fault.problem),
    };
    load(file, variables).unwrap_err().0.iter().map(shown).collect()
}

#[test]
fn the_defaults_are_valid_and_each_is_read() {
    let mut layers = Layers::gather(DEFAULTS, None, []);
    assert!(read(&mut layers).is_some());
    assert_eq!(layers.faults, []);
    assert_eq!(layers.unread(), Vec::<&str>::new());
    let settings = Settings::from_layers(None, []).unwrap();
    assert!(matches!(settings.database.url, DatabaseUrl::Embedded));
    assert_eq!(settings.sync.poll_interval, Duration::from_mins(5));
    assert_eq!(settings.http.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(settings.secrets.key_file, None);
    assert!(settings.effective.iter().all(|shown| shown.origin == Origin::Default));
}

#[test]
fn every_default_is_explained() {
    let lines: Vec<&str> = DEFAULTS.lines().collect();
    for pair in lines.windows(2).filter(|pair| pair[1].contains(" = ")) {
        assert!(pair[0].starts_with("# ") && pair[0].ends_with('.'), "no sentence above `{}`", pair[1]);
    }
}

#[test]
fn a_variable_wins_over_the_file_and_the_file_over_the_default() {
    let file = "[sync]\npoll_interval = \"10m\"\nmax_accounts = 3\n";
    let settings = load(file, &[("CARTUM_ROAPP__SYNC__POLL_INTERVAL", "1h 30m")]).unwrap();
    assert_eq!(settings.sync.poll_interval, Duration::from_mins(90));
    assert_eq!(settings.sync.max_accounts, 3);
    let origin = |key| settings.effective.iter().find(|shown| shown.key == key).unwrap().origin.clone();
    assert_eq!(origin("sync.poll_interval"), Origin::Variable("CARTUM_ROAPP__SYNC__POLL_INTERVAL".to_owned()));
    assert!(matches!(origin("sync.max_accounts"), Origin::File(_)));
    assert_eq!(origin("sync.lease_time"), Origin::Default);
}

#[test]
fn numbers_and_switches_may_come_from_variables() {
    let settings = load(
        "",
        &[("CARTUM_ROAPP__DATABASE__MAX_CONNECTIONS", "5"), ("CARTUM_ROAPP__SECURITY__ALLOW_PRIVATE_HOSTS", "true")],
    );
    let settings = settings.unwrap();
    assert_eq!(settings.database.max_connections, 5);
    assert!(settings.security.allow_private_hosts);
}

#[test]
fn variables_that_are_not_ours_are_left_alone() {
    load("", &[("CARTUM_ROAPP_CONFIG", "x"), ("CARTUM_ROAPP", "x"), ("PATH", "x"), ("CARTUM_ROAPPX__A__B", "x")])
        .unwrap();
    load("", &[("cartum_roapp__a__b", "x")]).unwrap();
}

#[test]
fn every_fault_is_told_at_once_each_with_its_layer() {
    let file = "[sync]\npoll_interval = \"0s\"\nlease = \"1m\"\n[http]\nlisten = 8080\n[shop]\nname = \"x\"\n";
    let found = faults(
        file,
        &[
            ("CARTUM_ROAPP__LOG__LEVEL", "loud"),
            ("CARTUM_ROAPP__SHOPS__NAME", "x"),
            ("CARTUM_ROAPP__DATABASE__MAX_CONNECTIONS", "many"),
            ("CARTUM_ROAPP__HTTP", "x"),
        ],
    );
    let expected = [
        "file sync.lease: unknown setting; the section sync has lease_time, max_accounts, orders_at_once, poll_interval",
        "file shop.name: unknown section shop; the sections are cartum, database,",
        "CARTUM_ROAPP__SHOPS__NAME shops.name: unknown section shops",
        "CARTUM_ROAPP__HTTP : does not name a setting; write CARTUM_ROAPP__SECTION__KEY",
        "CARTUM_ROAPP__DATABASE__MAX_CONNECTIONS database.max_connections: `many` is not a whole number",
        "file http.listen: is a whole number, but should be text in quotes",
        "file sync.poll_interval: `0s` is out of range; write 1s to 1day",
        "CARTUM_ROAPP__LOG__LEVEL log.level: `loud` is not a log filter",
    ];
    for text in expected {
        assert!(found.iter().any(|fault| fault.starts_with(text)), "missing `{text}` in {found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn impossible_values_are_refused() {
    for (section, line) in [
        ("database", "url = \"mysql://localhost/x\""),
        ("database", "url = \"\""),
        ("database", "data_dir = \"\""),
        ("log", "level = \"trace\""),
        ("log", "level = \"info, sqlx::query=TRACE\""),
        ("database", "max_connections = 0"),
        ("database", "max_connections = -1"),
        ("database", "max_connections = \"5\""),
        ("http", "listen = \"localhost\""),
        ("http", "listen = \"127.0.0.1:70000\""),
        ("http", "public_url = \"sync.example.com\""),
        ("http", "public_url = \"ftp://sync.example.com\""),
        ("http", "public_url = \"http://sync.example.com\""),
        ("http", "public_url = \"https://a:b@sync.example.com\""),
        ("http", "public_url = \"https://sync.example.com/?x=1\""),
        ("sync", "poll_interval = \"999ms\""),
        ("sync", "poll_interval = \"25h\""),
        ("sync", "poll_interval = \"5 parsecs\""),
        ("sync", "poll_interval = 300"),
        ("sync", "lease_time = \"29999ms\""),
        ("sync", "max_accounts = 0"),
        ("sync", "orders_at_once = 0"),
        ("sync", "orders_at_once = 17"),
        ("cartum", "min_gap = \"-1s\""),
        ("cartum", "request_timeout = \"0s\""),
        ("cartum", "request_timeout = \"20001ms\""),
        ("roapp", "request_timeout = \"11m\""),
        ("roapp", "recovery_wait = \"0s\""),
        ("security", "allow_private_hosts = \"yes\""),
        ("log", "format = \"xml\""),
        ("log", "level = \"verbose\""),
        ("log", "level = \"info,a=loud\""),
        ("log", "level = \"\""),
    ] {
        let key = line.split_once(" = ").unwrap().0;
        let found = faults(&format!("[{section}]\n{line}\n"), &[]);
        let expected = format!("file {section}.{key}: ");
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{line} gives {found:#?}");
    }
}

#[test]
fn possible_values_at_the_edges_are_taken() {
    load("[cartum]\nmin_gap = \"0s\"\n[sync]\npoll_interval = \"1s\"\nlease_time = \"30s\"\n", &[]).unwrap();
    load(
        "[log]\nlevel = \"warn,cartum_roapp[cycle{store=1}]=debug\"\n[http]\nlisten = \"[::]:0\"\npages = false\n",
        &[],
    )
    .unwrap();
}

#[test]
fn a_public_url_is_https_or_of_this_machine_and_ends_without_a_slash() {
    for (file, wanted) in [
        ("public_url = \"https://sync.example.com/in/\"", "https://sync.example.com/in"),
        ("public_url = \"https://Sync.Example.com\"", "https://sync.example.com"),
        ("public_url = \"http://127.0.0.1:8080/\"", "http://127.0.0.1:8080"),
        ("public_url = \"http://app:8080\"\n[security]\nallow_private_hosts = true", "http://app:8080"),
        ("public_url = \"\"", ""),
    ] {
        assert_eq!(load(&format!("[http]\n{file}\n"), &[]).unwrap().http.public_url, wanted, "{file}");
    }
    let refused = faults("[http]\npublic_url = \"http://sync.example.com\"\n", &[]);
    assert!(refused[0].contains("http.public_url") && refused[0].contains("write https"), "{refused:?}");
}

#[test]
fn a_contradiction_is_laid_to_the_layer_that_was_changed() {
    let found = faults("[sync]\nlease_time = \"15s\"\n", &[]);
    assert_eq!(
        found,
        ["file sync.lease_time: 15s must be at least 30s: 1.5 times cartum.request_timeout, which is 20s (default)",]
    );
    let found = faults("[sync]\nlease_time = \"45s\"\n", &[("CARTUM_ROAPP__ROAPP__REQUEST_TIMEOUT", "40s")]);
    assert!(found[0].starts_with("CARTUM_ROAPP__ROAPP__REQUEST_TIMEOUT roapp.request_timeout: 40s"), "{found:?}");
}

#[test]
fn a_file_that_is_not_toml_names_the_line_and_quotes_nothing() {
    let found = faults("[database]\nurl = \"postgres://shop:hunter2@db/x\n", &[]);
    assert!(found[0].starts_with("file line 2, column"), "{found:?}");
    assert!(!found[0].contains("hunter2"), "{found:?}");
}

#[test]
fn a_number_too_large_for_toml_names_the_line() {
    let found = faults("[sync]\nmax_accounts = 99999999999999999999\n", &[]);
    assert!(found.len() == 1 && found[0].starts_with("file line 2, column"), "{found:?}");
}

#[test]
fn only_the_very_file_that_is_named_is_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.toml"), "").unwrap();
    let refused = Settings::from_layers(Some(&folder.path().join("shop")), []).unwrap_err();
    assert!(refused.to_string().contains("shop: cannot be read"), "{refused}");
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_utf_8_is_named_and_not_shown() {
    use std::os::unix::ffi::OsStringExt;
    let value = OsString::from_vec(b"hunter2\xff".to_vec());
    let refused = Settings::from_layers(None, [("CARTUM_ROAPP__DATABASE__URL".into(), value)]).unwrap_err().to_string();
    assert!(refused.contains("CARTUM_ROAPP__DATABASE__URL: database.url: is not UTF-8 text"), "{refused}");
    assert!(!refused.contains("hunter2"), "{refused}");
}

#[test]
fn a_file_that_is_not_there_is_a_fault() {
    let found = Settings::from_layers(Some(Path::new("/nowhere/shop.toml")), []).unwrap_err().to_string();
    assert!(found.contains("/nowhere/shop.toml: cannot be read"), "{found}");
}

#[test]
fn the_password_in_the_database_url_is_never_shown() {
    let settings = load("", &[("CARTUM_ROAPP__DATABASE__URL", "postgres://shop:hunter2@db.example/x")]).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
    for url in [
        "postgres://shop:hunter2@db:port/x",
        "http://shop:hunter2@db/x",
        "shop:hunter2@db",
        "postgres://shop:hun ter2/ter2@db/x",
    ] {
        let refused = load("", &[("CARTUM_ROAPP__DATABASE__URL", url)]).unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("ter2"), "{refused:?}");
    }
}

#[test]
fn the_data_goes_to_the_usual_folder() {
    let path = |text: &str| Some(PathBuf::from(text));
    let usual = |root, xdg, home| data_dir::usual(root, xdg, home).display().to_string();
    assert_eq!(usual(true, path("/x"), path("/root")), "/var/lib/cartum-roapp");
    assert_eq!(usual(false, path("/x"), path("/home/a")), "/x/cartum-roapp");
    assert_eq!(usual(false, path("x"), path("/home/a")), "/home/a/.local/share/cartum-roapp");
    assert_eq!(usual(false, None, None), "/var/lib/cartum-roapp");
}
