//! No secret in any output, nor in the database in clear.

use sqlx::Row;

use super::world::{API_KEY, PASSWORD, World};

#[tokio::test]
async fn no_command_shows_a_secret() {
    let world = World::with_store().await;
    let shown: [&[&str]; 9] = [
        &["account", "list", "--json"],
        &["account", "list"],
        &["account", "check", "main"],
        &["store", "list", "--json"],
        &["store", "show", "My shop", "--json"],
        &["store", "show", "My shop"],
        &["store", "check", "My shop"],
        &["store", "edit", "My shop", "my-shop.toml"],
        &["store", "import", "My shop", "--yes"],
    ];
    for arguments in shown {
        let done = world.run(arguments).await;
        assert!(done.success, "{arguments:?}: {done:?}");
        for secret in [PASSWORD, API_KEY] {
            assert!(!done.stdout.contains(secret) && !done.stderr.contains(secret), "{arguments:?}: {done:?}");
        }
    }
}

#[tokio::test]
async fn no_table_holds_a_secret_in_clear() {
    let world = World::with_store().await;
    let pool = world.database.pool();
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(pool).await.unwrap();
    assert!(tables.iter().any(|table| table == "store"), "{tables:?}");
    for table in tables {
        let rows = sqlx::AssertSqlSafe(format!("SELECT t::text AS row FROM {table} t"));
        for row in sqlx::query(rows).fetch_all(pool).await.unwrap() {
            let text: String = row.get("row");
            for secret in [PASSWORD, API_KEY] {
                let bytes = secret.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
                assert!(!text.contains(secret) && !text.contains(&bytes), "{table}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn secrets_are_read_as_windows_saves_them() {
    let world = World::new().await;
    world.write("api.key", &format!("\u{feff}{API_KEY}\r\n"));
    world.write("shop.password", &format!("\u{feff}{PASSWORD}\r\n"));
    world.add_account("main").await;
    world.write("my-shop.toml", &format!("\u{feff}{}", world.store_toml(&[]).replace('\n', "\r\n")));
    world.ok(&["store", "add", "my-shop.toml"]).await;
    world.ok(&["account", "edit", "main", "--api-key-file", "api.key"]).await;
    let key = std::fs::read_to_string(world.program.path("secrets.key")).unwrap();
    world.write("secrets.key", &format!("\u{feff}{}\r\n", key.trim_end()));
    world.ok(&["store", "check", "My shop"]).await;
    let wide: Vec<u8> = format!("\u{feff}{API_KEY}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(world.program.path("wide.key"), wide).unwrap();
    let told = world.refused(&["account", "edit", "main", "--api-key-file", "wide.key"]).await;
    assert!(told.contains("wide.key is not UTF-8 text but looks like UTF-16") && !told.contains(API_KEY), "{told}");
}

#[tokio::test]
async fn a_store_file_from_somebody_else_cannot_have_a_file_sent_to_its_own_site() {
    let world = World::with_account().await;
    let calls = world.shop.calls().len();
    let outside = world.program.path("home").join("outside");
    std::fs::create_dir_all(outside.parent().unwrap()).unwrap();
    std::fs::write(&outside, PASSWORD).unwrap();
    std::fs::create_dir(world.program.path("shops")).unwrap();
    let key = world.program.path("secrets.key");
    let absolute = outside.display().to_string();
    for (file, told) in [
        ("../secrets.key".to_owned(), "is outside the store file's folder"),
        (key.display().to_string(), "--allow-path"),
        ("../api.key".to_owned(), "is outside"),
        ("/proc/self/environ".to_owned(), "--allow-path"),
        (absolute.clone(), "--allow-path"),
    ] {
        let line = format!("password_file = {file:?}");
        world.write("shops/my-shop.toml", &world.store_toml(&[("password_file", &line)]));
        let refused = world.refused(&["store", "add", "shops/my-shop.toml"]).await;
        assert!(refused.contains("password_file: ") && refused.contains(told), "{file}: {refused}");
    }
    for file in ["secrets.key".to_owned(), key.display().to_string(), "/proc/self/environ".to_owned()] {
        let line = format!("password_file = {file:?}");
        let name = world.store_file(&[("password_file", &line)]);
        let refused = world.refused(&["store", "add", &name, "--allow-path"]).await;
        assert!(refused.contains("key file") || refused.contains("not a regular file"), "{file}: {refused}");
    }
    assert_eq!(world.shop.calls().len(), calls, "nothing was sent to the site");
    let line = format!("password_file = {absolute:?}");
    world.ok(&["store", "add", &world.store_file(&[("password_file", &line)]), "--allow-path"]).await;
}
