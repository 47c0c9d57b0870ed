//! A key file that is not the database's: nothing starts with it and nothing is written, and the message says which one is.

use std::fs;

use cartum_roapp::{
    db::{accounts, stores},
    secrets::{Keyring, Secret},
};
use sqlx::PgPool;

use super::world::{API_KEY, World};
use crate::support::{Words, eventually};

/// Everything that is kept about accounts and stores.
async fn rows(pool: &PgPool) -> String {
    let text = "SELECT coalesce(string_agg(t, E'\\n' ORDER BY t), '') FROM (
                    SELECT a::text AS t FROM account a UNION ALL SELECT s::text FROM store s
                    UNION ALL SELECT h::text FROM account_hook h UNION ALL SELECT n::text FROM notice n) rows";
    sqlx::query_scalar(text).fetch_one(pool).await.unwrap()
}

/// The id of the key in a file of the program's folder.
fn key_id(world: &World, file: &str) -> String {
    Keyring::read(&world.program.path(file)).unwrap().key_id().to_owned()
}

/// Every command that seals or opens, and the daemon in both its ways.
const WITH_KEY: [&[&str]; 9] = [
    &["run"],
    &["run", "--read-only"],
    &["account", "add", "other", "--api-key-file", "api.key"],
    &["account", "check", "main"],
    &["account", "edit", "main", "--api-key-file", "api.key"],
    &["account", "hook", "main"],
    &["store", "add", "my-shop.toml"],
    &["store", "check", "My shop"],
    &["store", "edit", "My shop", "my-shop.toml"],
];

#[tokio::test]
async fn nothing_starts_with_the_key_file_of_another_database_and_nothing_is_written() {
    let world = World::with_store().await;
    Keyring::make(&world.program.path("other.key")).unwrap();
    let (right, wrong) = (key_id(&world, "secrets.key"), key_id(&world, "other.key"));
    let before = rows(world.database.pool()).await;
    let other = [("CARTUM_ROAPP__SECRETS__KEY_FILE".to_owned(), "other.key".to_owned())];
    for command in WITH_KEY {
        let mut running = world.program.start_with(command, &other);
        let ended = running.ended().await;
        let told = running.stderr();
        assert!(!ended.success(), "{command:?}");
        for part in [&right, &wrong, "other.key", "account \"main\"", "store \"My shop\"", "secrets.key_file"] {
            assert!(told.contains(part), "{command:?}: no {part} in {told}");
        }
        assert!(!told.contains("new-key"), "{command:?}: {told}");
    }
    assert_eq!(rows(world.database.pool()).await, before);
    // With the right one again all goes on at once.
    world.ok(&["account", "check", "main"]).await;
    world.ok(&["store", "check", "My shop"]).await;
}

#[tokio::test]
async fn a_key_with_the_right_id_and_other_digits_is_the_wrong_key_too() {
    let world = World::with_store().await;
    let path = world.program.path("secrets.key");
    let text = fs::read_to_string(&path).unwrap();
    let digits = text.trim_end().rsplit(':').next().unwrap();
    fs::write(&path, text.replace(digits, &digits.chars().rev().collect::<String>())).unwrap();
    let before = rows(world.database.pool()).await;
    let told = world.refused(&["run"]).await;
    assert!(told.contains("does not decrypt"), "{told}");
    assert_eq!(rows(world.database.pool()).await, before);
}

#[tokio::test]
async fn a_key_file_that_is_missing_is_to_be_brought_back_where_the_database_holds_secrets() {
    let world = World::with_store().await;
    let key = key_id(&world, "secrets.key");
    for (file, part) in [("none.key", "there is no key file none.key"), ("", "secrets.key_file is not set")] {
        let none = [("CARTUM_ROAPP__SECRETS__KEY_FILE".to_owned(), file.to_owned())];
        for command in WITH_KEY {
            let mut running = world.program.start_with(command, &none);
            assert!(!running.ended().await.success(), "{command:?}");
            let told = running.stderr();
            assert!(told.contains(part) && told.contains(&key) && told.contains("back"), "{command:?}: {told}");
            assert!(!told.contains("new-key"), "{command:?}: {told}");
        }
    }
    // A database that holds nothing yet needs a key to be made.
    let empty = World::new().await;
    let none = [("CARTUM_ROAPP__SECRETS__KEY_FILE".to_owned(), "none.key".to_owned())];
    let mut running = empty.program.start_with(&["run"], &none);
    assert!(!running.ended().await.success() && running.stderr().contains("new-key none.key"), "{}", running.stderr());
}

#[tokio::test]
async fn what_was_sealed_with_a_lost_key_is_given_up_only_on_request_and_entered_again() {
    let world = World::with_store().await;
    world.ok(&["account", "hook", "main"]).await;
    let lost = key_id(&world, "secrets.key");
    let told = world.refused(&["secrets", "give-up", &lost, "--yes"]).await;
    assert!(told.contains("is not lost"), "{told}");
    fs::remove_file(world.program.path("secrets.key")).unwrap();
    world.ok(&["secrets", "new-key", "secrets.key"]).await;
    let told = world.refused(&["secrets", "give-up", "nonsense", "--yes"]).await;
    assert!(told.contains(&lost), "{told}");
    let told = world.refused(&["secrets", "give-up", &lost]).await;
    assert!(told.contains("--yes"), "{told}");
    world.refused(&["account", "check", "main"]).await;
    world.ok(&["secrets", "give-up", &lost, "--yes"]).await;
    let account = &world.json(&["account", "list"]).await[0];
    assert!(
        account["state"] == "needs_key" && account["reason"]["text"].as_str().unwrap().contains("account edit"),
        "{account}"
    );
    world.ok(&["account", "edit", "main", "--api-key-file", "api.key"]).await;
    let told = world.refused(&["store", "check", "My shop"]).await;
    assert!(told.contains("given up"), "{told}");
    world.ok(&["store", "edit", "My shop", "my-shop.toml"]).await;
    world.ok(&["store", "check", "My shop"]).await;
    world.ok(&["account", "check", "main"]).await;
    assert!(world.ok(&["account", "hook", "main"]).await.contains("/hooks/roapp/"));
    assert_eq!(world.json(&["account", "list"]).await[0]["state"], "active");
}

/// Seals the secrets of an account and its store anew, as a program with this key would have.
async fn seal_again(pool: &PgPool, keyring: &Keyring, name: &str) {
    let account = accounts::list(pool).await.unwrap().into_iter().find(|account| account.name == name).unwrap();
    let sealed = keyring.seal(&accounts::key_place(account.id), &Secret::new(API_KEY.into())).unwrap();
    sqlx::query("UPDATE account SET api_key = $2 WHERE id = $1")
        .bind(account.id.get())
        .bind(sealed.0)
        .execute(pool)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_of_another_key_is_left_alone_and_the_others_are_worked() {
    let world = World::with_store().await;
    let pool = world.database.pool();
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    // Another RO App, so that it is another company.
    let other = World::new().await;
    let url = other.roapp.base_url();
    world.ok(&["account", "add", "odd", "--api-key-file", "api.key", "--base-url", &url]).await;
    seal_again(pool, &Keyring::ephemeral().unwrap(), "odd").await;
    let of_odd = "SELECT a::text FROM account a WHERE name = 'odd'";
    let before: String = sqlx::query_scalar(of_odd).fetch_one(pool).await.unwrap();
    let daemon = world.program.start(&["run"]);
    daemon.prints("are skipped").await;
    eventually("an import", async || {
        let store = stores::each(pool, None).await.unwrap().0.pop().unwrap();
        store.finished_at
    })
    .await;
    drop(daemon);
    let after: String = sqlx::query_scalar(of_odd).fetch_one(pool).await.unwrap();
    assert_eq!(after, before, "what this process cannot open is none of its business");
    let told = world.refused(&["account", "check", "odd"]).await;
    assert!(told.contains("was encrypted with key"), "{told}");
    world.ok(&["account", "edit", "odd", "--api-key-file", "api.key"]).await;
    world.ok(&["account", "check", "odd"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_password_has_another_key_is_passed_over_without_a_word_in_its_row() {
    let world = World::with_store().await;
    let pool = world.database.pool();
    world.ok(&["account", "hook", "main"]).await;
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    let store = stores::each(pool, None).await.unwrap().0.pop().unwrap();
    let sealed =
        Keyring::ephemeral().unwrap().seal(&stores::password_place(store.id), &Secret::new("x".into())).unwrap();
    sqlx::query("UPDATE store SET password = $1").bind(sealed.0).execute(pool).await.unwrap();
    let daemon = world.program.start(&["run"]);
    daemon.prints("skips the store").await;
    let due = store.next_poll_at;
    let after = eventually("the next poll", async || {
        let store = stores::each(pool, None).await.unwrap().0.pop().unwrap();
        (store.next_poll_at > due).then_some(store)
    })
    .await;
    assert_eq!((after.last_error.words().as_str(), after.failing_since, after.failures), ("", None, 0));
    assert_eq!(after.state, store.state);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resume_and_an_edit_try_an_account_at_once_that_waits_for_hours() {
    const STUCK: &str = "UPDATE account SET state = 'needs_key', reason = '{\"code\": \"text\", \"text\": \"an earlier fault\"}', last_error = '{\"code\": \"text\", \"text\": \"an earlier fault\"}',
                     retry_at = clock_timestamp() + interval '6 hours', due_at = clock_timestamp() + interval '6 hours' WHERE lease_token IS NULL";
    let world = World::with_store().await;
    let pool = world.database.pool();
    world.ok(&["store", "import", "My shop", "--yes"]).await;
    let daemon = world.program.start(&["run"]);
    for command in [&["store", "resume", "My shop"][..], &["account", "edit", "main", "--calls-per-second", "900"]] {
        eventually("a quiet account", async || {
            let quiet = sqlx::query(STUCK).execute(pool).await.unwrap();
            (quiet.rows_affected() == 1).then_some(())
        })
        .await;
        world.ok(command).await;
        eventually("the account", async || {
            let account = accounts::list(pool).await.unwrap().pop().unwrap();
            (!account.needs_key).then_some(())
        })
        .await;
    }
    drop(daemon);
}
