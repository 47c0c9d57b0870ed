//! The key file: made by a command or with the embedded database, demanded with a server of one's own.

use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt, path::Path};

use cartum_roapp::{
    config::Settings,
    sandbox::roapp::{RoApp, RoAppOptions},
    secrets::{Keyring, SecretsError},
};

use crate::support::{Program, folder};

fn settings(variables: &[(&str, &Path)]) -> Settings {
    let variables = variables
        .iter()
        .map(|(key, value)| (OsString::from(format!("CARTUM_ROAPP__{key}")), value.as_os_str().to_owned()));
    Settings::from_layers(None, variables).unwrap()
}

#[tokio::test]
async fn a_new_key_is_private_and_never_takes_the_place_of_another() {
    let program = Program::new();
    let made = program.run(&["secrets", "new-key", "secrets.key"]).await;
    assert!(made.success, "{made:?}");
    let key = program.path("secrets.key");
    let text = fs::read_to_string(&key).unwrap();
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let digits = text.trim_end().rsplit(':').next().unwrap();
    assert!(!made.stdout.contains(digits), "the key itself is not printed");

    let again = program.run(&["secrets", "new-key", "secrets.key"]).await;
    assert!(!again.success && again.stderr.contains("secrets.key exists"), "{again:?}");
    assert_eq!(fs::read_to_string(&key).unwrap(), text);
}

#[test]
fn the_embedded_database_gets_a_key_of_its_own() {
    let folder = folder();
    let data = folder.path().join("data");
    let settings = settings(&[("DATABASE__DATA_DIR", &data)]);
    let made = Keyring::load(&settings).unwrap();
    assert_eq!(fs::metadata(data.join("secrets.key")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Keyring::load(&settings).unwrap().key_id(), made.key_id());
}

#[test]
fn a_server_of_ones_own_needs_a_key_that_somebody_made() {
    let folder = folder();
    let (url, key) = (Path::new("postgres://localhost/shop"), folder.path().join("secrets.key"));
    let unnamed = Keyring::load(&settings(&[("DATABASE__URL", url)])).unwrap_err();
    assert!(matches!(unnamed, SecretsError::NotNamed), "{unnamed}");
    let named = settings(&[("DATABASE__URL", url), ("SECRETS__KEY_FILE", &key)]);
    let missing = Keyring::load(&named).unwrap_err().to_string();
    assert!(missing.ends_with(&format!("cartum-roapp secrets new-key {}", key.display())), "{missing}");
    assert!(!key.exists());
    Keyring::make(&key).unwrap();
    Keyring::load(&named).unwrap();
}

#[tokio::test]
async fn a_missing_key_is_told_before_a_database_that_is_away_is_waited_for() {
    let program = Program::new()
        .env("CARTUM_ROAPP__DATABASE__URL", "postgres://nobody@127.0.0.1:1/nothing")
        .env("CARTUM_ROAPP__SECRETS__KEY_FILE", "secrets.key");
    for command in [
        &["account", "add", "main", "--api-key-file", "api.key"][..],
        &["account", "check", "main"],
        &["store", "add", "my-shop.toml"],
        &["store", "edit", "My shop", "my-shop.toml"],
        &["run"],
    ] {
        let told = program.run(command).await;
        assert!(!told.success && told.stderr.contains("secrets new-key secrets.key"), "{command:?}: {told:?}");
    }
}

#[tokio::test]
async fn a_lost_key_of_the_embedded_database_is_not_made_anew_while_secrets_are_sealed_with_it() {
    let roapp = RoApp::start(RoAppOptions { rate_per_second: 1_000, ..RoAppOptions::default() }).await.unwrap();
    let program = Program::new().env("CARTUM_ROAPP__SECURITY__ALLOW_PRIVATE_HOSTS", "true");
    fs::write(program.path("api.key"), "sandbox-key").unwrap();
    let url = roapp.base_url();
    let added = program.run(&["account", "add", "main", "--api-key-file", "api.key", "--base-url", &url]).await;
    assert!(added.success, "{added:?}");
    let (key, away) = (program.data().join("secrets.key"), program.data().with_file_name("elsewhere"));
    fs::rename(&key, &away).unwrap();
    for command in
        [&["account", "check", "main"][..], &["account", "edit", "main", "--api-key-file", "api.key"], &["run"]]
    {
        let told = program.run(command).await;
        assert!(
            !told.success
                && told.stderr.contains("put the file of that key back")
                && told.stderr.contains("account \"main\""),
            "{command:?}: {told:?}"
        );
        assert!(!key.exists(), "{command:?}");
    }
    fs::rename(&away, &key).unwrap();
    let checked = program.run(&["account", "check", "main"]).await;
    assert!(checked.success, "{checked:?}");
}
