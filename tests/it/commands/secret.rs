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
