//! The embedded Postgres: shared, private, and gone when nobody needs it.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use sha2::Digest;
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

use crate::support::{Program, Running, eventually, server_id};

/// A process that uses the embedded database until its input is closed, and the URL of the database.
async fn user(program: &Program) -> (Running, PgConnectOptions) {
    let shown = "echo \"$DATABASE_URL\"; read -r line || true";
    let running = program.start(&["embedded-shell", "--", "sh", "-c", shown]);
    let url = running.first_line().await;
    let passfile = fs::read_to_string(program.data().join("postgres.passfile")).unwrap();
    let options: PgConnectOptions = url.parse().unwrap();
    (running, options.password(passfile.trim_end().rsplit(':').next().unwrap()))
}

async fn answers(database: &PgConnectOptions) -> bool {
    let Ok(mut connection) = database.connect().await else { return false };
    connection.ping().await.is_ok()
}

async fn gone(database: &PgConnectOptions) {
    eventually("the end of Postgres", async || (!answers(database).await).then_some(())).await;
}

async fn execute(database: &PgConnectOptions, statement: &'static str) {
    let mut connection: PgConnection = database.connect().await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// The process that started this one; `ps` is not everywhere.
fn parent_of(id: &str) -> String {
    if let Ok(status) = fs::read_to_string(format!("/proc/{id}/status")) {
        return status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap().trim().to_owned();
    }
    let parent = Command::new("ps").args(["-o", "ppid=", "-p", id]).output().unwrap();
    String::from_utf8(parent.stdout).unwrap().trim().to_owned()
}

fn kill_9(id: &str) {
    assert!(Command::new("kill").args(["-9", id]).status().unwrap().success());
}

#[tokio::test]
async fn postgres_goes_with_a_killed_process_and_the_data_stays() {
    let program = Program::new();
    let (running, database) = user(&program).await;
    execute(&database, "CREATE TABLE kept AS SELECT 42 AS answer").await;
    running.kill_9();
    gone(&database).await;

    let (running, database) = user(&program).await;
    execute(&database, "SELECT answer FROM kept").await;
    assert!(running.close_input().await.success());
    gone(&database).await;
}

#[tokio::test]
async fn processes_that_start_at_once_share_one_server_until_the_last_has_gone() {
    let program = Program::new();
    let users = tokio::join!(user(&program), user(&program), user(&program));
    let ((first, database), (second, of_second), (third, of_third)) = users;
    assert_eq!([of_second.get_port(), of_third.get_port()], [database.get_port(); 2]);
    assert!(first.close_input().await.success());
    second.kill_9();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(answers(&database).await, "the third goes on");
    let (fourth, of_fourth) = user(&program).await;
    assert_eq!(of_fourth.get_port(), database.get_port(), "a later one joins");
    third.kill_9();
    assert!(answers(&database).await, "the fourth goes on");
    assert!(fourth.close_input().await.success());
    gone(&database).await;
}

#[tokio::test]
async fn a_server_whose_keeper_was_killed_is_taken_over_and_stopped_in_the_end() {
    let program = Program::new();
    let (first, database) = user(&program).await;
    kill_9(&parent_of(&server_id(&program.data())));
    // It goes a moment after it was killed, and until then it is believed.
    let lock = fs::File::open(program.data().join("keeper.lock")).unwrap();
    eventually("the end of the keeper", async || lock.try_lock_shared().ok()).await;
    drop(lock);
    let (second, of_second) = user(&program).await;
    assert_eq!(of_second.get_port(), database.get_port());
    first.kill_9();
    assert!(answers(&database).await);
    assert!(second.close_input().await.success());
    gone(&database).await;
}

#[tokio::test]
async fn a_server_that_was_killed_is_started_again_for_those_who_use_it() {
    let program = Program::new();
    let (running, database) = user(&program).await;
    kill_9(&server_id(&program.data()));
    gone(&database).await;
    eventually("Postgres", async || answers(&database).await.then_some(())).await;
    assert!(running.close_input().await.success());
    gone(&database).await;
}

#[tokio::test]
async fn the_server_asks_for_the_password() {
    let program = Program::new();
    let (_running, database) = user(&program).await;
    let refused = database.password("guess").connect().await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "28P01", "{refused}");
}

#[tokio::test]
async fn data_of_another_version_is_left_alone_with_the_reason() {
    let program = Program::new();
    fs::create_dir_all(program.data().join("postgres")).unwrap();
    fs::write(program.data().join("postgres/PG_VERSION"), "9.6\n").unwrap();
    let refused = program.run(&["migrate"]).await;
    assert!(!refused.success && refused.stderr.contains("made by Postgres 9.6, but only"), "{refused:?}");
}

#[tokio::test]
async fn a_failed_start_repeats_what_postgres_said() {
    let program = Program::new();
    assert!(program.run(&["migrate"]).await.success);
    fs::write(program.data().join("postgres/postgresql.conf"), "nonsense = 1\n").unwrap();
    let refused = program.run(&["migrate"]).await;
    assert!(!refused.success && refused.stderr.contains("unrecognized configuration parameter"), "{refused:?}");
}

/// What every user of this machine can see of a process and its children.
fn command_lines() -> String {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ") + "\n").collect()
}

#[tokio::test]
async fn the_password_stands_on_no_command_line_and_every_file_is_its_owner_s() {
    let program = Program::new();
    let (running, _) = user(&program).await;
    let waiting = program.start(&[
        "embedded-shell",
        "--",
        "sh",
        "-c",
        "echo ready; exec psql -c 'SELECT pg_sleep(60)' \"$DATABASE_URL\"",
    ]);
    waiting.prints("ready").await;
    let secrets = ["postgres.password", "postgres.program.password"]
        .map(|name| fs::read_to_string(program.data().join(name)).unwrap());
    eventually("psql at work", async || command_lines().contains("pg_sleep(60)").then_some(())).await;
    let lines = command_lines();
    assert!(secrets.iter().all(|secret| !lines.contains(secret.trim())), "{lines}");
    for entry in fs::read_dir(program.data()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", entry.path().display());
    }
    waiting.kill_9();
    assert!(running.close_input().await.success());
}

#[tokio::test]
async fn the_program_s_role_may_do_nothing_outside_its_database() {
    let program = Program::new();
    assert!(program.run(&["migrate"]).await.success);
    let (_running, database) = user(&program).await;
    for (statement, why) in [
        ("COPY account FROM PROGRAM 'id'", "42501"),
        ("COPY account FROM '/etc/passwd'", "42501"),
        ("SELECT pg_read_file('/etc/passwd')", "42501"),
        ("CREATE ROLE another SUPERUSER", "42501"),
        ("ALTER SYSTEM SET log_statement = 'all'", "42501"),
        ("SELECT rolpassword FROM pg_authid", "42501"),
    ] {
        let mut connection = database.connect().await.unwrap();
        let refused = sqlx::raw_sql(statement).execute(&mut connection).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), why, "{statement}: {refused}");
    }
}

#[tokio::test]
async fn what_an_earlier_release_made_is_handed_over_to_the_program_s_role() {
    let program = Program::new();
    assert!(program.run(&["migrate"]).await.success);
    let (running, database) = user(&program).await;
    let owner = fs::read_to_string(program.data().join("postgres.password")).unwrap();
    let as_owner = database.clone().username("cartum_roapp").password(&owner);
    // As it was: one role, which owns everything.
    for statement in [
        "REASSIGN OWNED BY cartum_roapp_program TO cartum_roapp",
        "INSERT INTO account (name, base_url, api_key, company) VALUES ('kept', '', '', '')",
        "CREATE SEQUENCE alone",
        "CREATE VIEW seen AS SELECT 1",
        "DROP OWNED BY cartum_roapp_program",
        "DROP ROLE cartum_roapp_program",
    ] {
        execute(&as_owner, statement).await;
    }
    assert!(running.close_input().await.success());
    gone(&as_owner).await;
    assert!(program.run(&["migrate"]).await.success);
    let list = program.run(&["account", "list", "--json"]).await;
    let (_running, database) = user(&program).await;
    execute(&database, "ALTER TABLE account ADD COLUMN later text").await;
    execute(&database, "DROP SEQUENCE alone").await;
    execute(&database, "DROP VIEW seen").await;
    let mut connection = database.connect().await.unwrap();
    let kept: Vec<String> = sqlx::query_scalar("SELECT name FROM account").fetch_all(&mut connection).await.unwrap();
    assert_eq!(kept, ["kept"], "{list:?}");
}

/// Runs a command of the README on the embedded database; what it printed.
async fn shell(program: &Program, command: &str) -> String {
    let done = program.run(&["embedded-shell", "--", "sh", "-c", command]).await;
    assert!(done.success, "{command}: {done:?}");
    done.stdout
}

#[tokio::test]
async fn a_dump_is_restored_into_another_data_folder_by_the_commands_of_the_readme() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let named = |name: &str| {
        let line = readme.lines().find(|line| line.contains("embedded-shell -- sh -c") && line.contains(name)).unwrap();
        line.split('\'').nth(1).unwrap().to_owned()
    };
    let (old, new) = (Program::new(), Program::new());
    shell(&old, r#"psql -c "INSERT INTO account (name, base_url, api_key, company) VALUES ('kept', '', '', '')" "$DATABASE_URL""#)
        .await;
    let dump = shell(&old, &named("pg_dump")).await;
    fs::write(new.path("backup.sql"), dump).unwrap();
    shell(&new, &named("DROP SCHEMA")).await;
    let kept = shell(&new, r#"psql -Atc "SELECT name FROM account" "$DATABASE_URL""#).await;
    assert_eq!(kept.trim(), "kept");
    assert!(new.run(&["migrate"]).await.success);
}

/// An archive of the installed Postgres's commands, as it is published.
fn archive(folder: &Path) -> Vec<u8> {
    let mut packing = Command::new("tar");
    packing.args(["-cz", "--transform", "s,^,postgresql-15/,", "-C"]).arg(folder).args(["bin", "lib"]);
    packing.output().unwrap().stdout
}

#[tokio::test]
#[ignore = "hides the installed Postgres from the program, which only root may; .ci/run runs it"]
async fn where_no_postgres_is_installed_one_is_fetched_or_the_line_that_installs_it_is_told() {
    let installed: Vec<_> = fs::read_dir("/usr/lib/postgresql").unwrap().map(|entry| entry.unwrap().path()).collect();
    let archive = archive(installed.last().unwrap());
    let hide = installed.iter().map(|folder| format!("mount -t tmpfs none {}/bin && ", folder.display()));
    let hide = hide.chain(["exec \"$0\" \"$@\"".to_owned()]).collect::<String>();
    let starter = ["unshare", "--mount", "sh", "-c", &hide];

    let told =
        Program::new().started_by(&starter).env("CARTUM_ROAPP__DATABASE__ARCHIVE_URL", "").run(&["migrate"]).await;
    assert!(!told.success && told.stderr.contains("apt-get install"), "{told:?}");

    let server = MockServer::start().await;
    let sum = sha2::Sha256::digest(&archive).iter().fold(String::new(), |sum, byte| format!("{sum}{byte:02x}"));
    for (name, body) in [("/postgres.tar.gz.sha256", sum.into_bytes()), ("/postgres.tar.gz", archive)] {
        let answer = ResponseTemplate::new(200).set_body_bytes(body);
        Mock::given(path(name)).respond_with(answer).expect(1).mount(&server).await;
    }
    let program = Program::new()
        .started_by(&starter)
        .env("CARTUM_ROAPP__DATABASE__ARCHIVE_URL", format!("{}/postgres.tar.gz", server.uri()))
        // A proxy of the environment is used for nothing; nobody is there.
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9");
    for _ in 0..2 {
        let done = program.run(&["migrate"]).await;
        assert!(done.success, "{done:?}");
    }
}

#[tokio::test]
async fn a_command_gives_up_on_a_server_that_runs_and_stands_still() {
    let program = Program::new();
    let (running, database) = user(&program).await;
    let server = server_id(&program.data());
    let signal = |name: &str| assert!(Command::new("kill").args([name, &server]).status().unwrap().success());
    signal("-STOP");
    let told = program.run(&["order", "list"]).await;
    signal("-CONT");
    let silent = format!("the Postgres at 127.0.0.1:{} has not answered for 10 s", database.get_port());
    assert!(!told.success && told.stderr.contains(&silent), "{told:?}");
    assert!(program.run(&["order", "list"]).await.success);
    assert!(running.close_input().await.success());
}
