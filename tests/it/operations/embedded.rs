//! The embedded Postgres is restarted, crashes or has no room left under a working daemon.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use cartum_roapp::sandbox::world::SandboxOptions;
use tempfile::TempDir;

use crate::support::{
    Running, TestDatabase, eventually, folder,
    oracle::{self, Terms},
    roomy_folder, server_id, server_id_so_far,
    world::{World, small},
};

/// A world in the middle of its import, and its daemon with the embedded database in this folder.
async fn importing(data_dir: &Path) -> (World, Running) {
    let database = TestDatabase::embedded(data_dir).await;
    let world = World::on(database, SandboxOptions { days: 20, ..small(150) }, |_| {}).await;
    world.import().await;
    let program = world
        .program("one")
        .env("CARTUM_ROAPP__DATABASE__URL", "embedded")
        .env("CARTUM_ROAPP__DATABASE__DATA_DIR", data_dir.display());
    let daemon = program.start(&["run"]);
    eventually("the first work orders", async || (world.counts().await.done > 3).then_some(())).await;
    (world, daemon)
}

/// How many calls were journalled; `None` while the database is unavailable.
async fn entries(world: &World) -> Option<i64> {
    sqlx::query_scalar("SELECT count(*) FROM journal").fetch_one(world.database.pool()).await.ok()
}

/// More is written than there was.
async fn goes_on(world: &World) {
    let before = eventually("the database", async || entries(world).await).await;
    eventually("more to be written", async || (entries(world).await > Some(before)).then_some(())).await;
}

/// The import comes to its end as if nothing had been, and each time that the database was away was told at its begin and its end.
async fn ends_well(world: &World, mut daemon: Running) -> usize {
    world.imported().await;
    oracle::check_import(world, Terms::default()).await;
    // The last outage is over once nothing has failed for some seconds.
    eventually("the end of each outage", async || {
        let log = daemon.stdout();
        let ends = log.matches("the database answers again").count();
        (ends > 0 && ends == log.matches("the database is unavailable").count()).then_some(())
    })
    .await;
    daemon.signal("TERM");
    assert!(daemon.ended().await.success());
    let log = daemon.stdout();
    let told = log.lines().filter(|line| line.contains("\"WARN\"") || line.contains("\"ERROR\""));
    assert!(told.clone().all(|line| line.contains("the database is unavailable")), "{log}");
    assert_eq!(told.count(), log.matches("the database answers again").count(), "{log}");
    log.matches("the database answers again").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_is_restarted_or_crashes_while_it_is_used_loses_and_doubles_nothing() {
    let folder = roomy_folder();
    let (world, daemon) = importing(folder.path()).await;
    // A restart in order, one that throws everybody out, and a crash.
    for signal in ["INT", "QUIT", "KILL"] {
        let server = server_id(folder.path());
        assert!(Command::new("kill").args(["-s", signal, &server]).status().unwrap().success());
        let is_new = || server_id_so_far(folder.path()).is_some_and(|now| now != server);
        eventually("another server", async || is_new().then_some(())).await;
        goes_on(&world).await;
    }
    ends_well(&world, daemon).await;
}

/// A small file system.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new(megabytes: u32) -> Self {
        let disk = Self { folder: folder() };
        let options = format!("size={megabytes}m,mode=711");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "none"]).arg(disk.folder.path()).status();
        assert!(mounted.unwrap().success(), "only root may mount");
        disk
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    /// Leaves no room.
    fn fill(&self) {
        let mut ballast = File::create(self.ballast()).unwrap();
        let full = loop {
            if let Err(error) = ballast.write_all(&[1; 1 << 12]) {
                break error;
            }
        };
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull, "{full}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Who still uses it may go on until it ends.
        let unmounted = Command::new("umount").arg("-l").arg(self.folder.path()).status();
        assert!(unmounted.unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "mounts a file system, which only root may; .ci/run runs it"]
async fn a_full_disk_is_waited_for_and_told_once_and_loses_and_doubles_nothing() {
    let disk = Disk::new(100);
    let (world, daemon) = importing(&disk.folder.path().join("data")).await;
    disk.fill();
    daemon.prints("the database is unavailable").await;
    // Meanwhile Postgres gives up, is started again, and gives up.
    tokio::time::sleep(Duration::from_secs(15)).await;
    fs::remove_file(disk.ballast()).unwrap();
    goes_on(&world).await;
    assert_eq!(ends_well(&world, daemon).await, 1, "it is one outage");
}
