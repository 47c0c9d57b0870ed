//! `demo`, from its first line to the removal of its folder.

use std::{fs, path::Path, process::Command, time::Duration};

use crate::{
    pages::site::Visitor,
    support::{Program, Running, eventually, program},
};

/// Waits for a line that starts like this.
async fn line(demo: &mut Running, start: &str) -> String {
    let limit = tokio::time::Instant::now() + Duration::from_mins(3);
    loop {
        let stdout = demo.stdout();
        if let Some(line) = stdout.lines().find(|line| line.starts_with(start)) {
            return line.to_owned();
        }
        assert!(demo.is_running(), "the demo ended: {stdout}{}", demo.stderr());
        assert!(tokio::time::Instant::now() < limit, "no line {start:?}: {stdout}{}", demo.stderr());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn is_alive(process: &str) -> bool {
    Command::new("kill").args(["-0", process]).output().unwrap().status.success()
}

#[tokio::test]
async fn the_demo_imports_tells_of_new_orders_and_leaves_nothing_behind() {
    let demo = Program::new();
    let temporary = demo.path("tmp");
    fs::create_dir(&temporary).unwrap();
    let demo = demo.env("TMPDIR", temporary.display());
    let mut running = demo.start(&["demo", "--orders", "30", "--new-order-every", "4s"]);
    let finished = line(&mut running, "import finished").await;
    for word in ["found ", "done ", "excluded ", "held ", "failed 0", "waiting 0"] {
        assert!(finished.contains(word), "{finished}");
    }
    assert!(!finished.contains("done 0 "), "{finished}");
    let new = line(&mut running, "new order ").await;
    let (_, work_order) = new.split_once("is in RO App as work order ").unwrap_or_else(|| panic!("{new}"));
    let number = work_order.split_once(" (").map(|(number, _)| number);
    let is_number = |number: &str| number.starts_with(|c: char| c.is_ascii_uppercase());
    assert!(number.is_some_and(is_number), "RO App's number stands before the id: {new}");

    an_order_is_placed_and_moved_in_a_browser(&running.stdout()).await;

    let folders = entries(&temporary);
    let [folder] = folders.as_slice() else { panic!("one folder: {folders:?}") };
    let config = folder.join("cartum-roapp.toml");
    let mut shown = Command::new(program());
    shown.arg("--config").arg(&config).args(["store", "show", "Demo shop"]);
    let shown = shown.output().unwrap();
    assert!(shown.status.success(), "{shown:?}");
    let server = fs::read_to_string(folder.join("data/postgres/postmaster.pid")).unwrap();
    let server = server.lines().next().unwrap();
    assert!(is_alive(server));

    let asked = tokio::time::Instant::now();
    running.signal("INT");
    let status = running.ended().await;
    assert!(status.success(), "{status}: {}", running.stderr());
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    assert_eq!(entries(&temporary), [] as [std::path::PathBuf; 0]);
    assert!(!is_alive(server), "Postgres still runs");
}

/// The link opens signed in; from there a person places an order in the shop, finds it on RO App's board, and moves it.
async fn an_order_is_placed_and_moved_in_a_browser(printed: &str) {
    let link = printed.lines().map(str::trim).find(|line| line.starts_with("http") && line.contains("/enter/"));
    let (url, token) = link.unwrap_or_else(|| panic!("no link: {printed}")).split_once("/enter/").unwrap();
    let mut visitor = Visitor::at(url);
    assert_eq!(visitor.get(&format!("/enter/{token}")).await.location(), "/");
    let page = visitor.get("/stores").await;
    assert!(
        page.status == 200 && page.text.contains("Demo shop") && page.text.contains("This is a demo"),
        "{}",
        page.text
    );
    let shop = page.text.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|it| it.ends_with("/shop"));
    let mut desk = Visitor::at(shop.unwrap().strip_suffix("/shop").unwrap());
    let newest = |page: &str| page.split("<h2>Order ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    desk.post_raw("/shop/place", &[]).await;
    let number = newest(&desk.get("/shop").await.text);
    let board = eventually("the order on the board", async || {
        Some(desk.clone().get("/board").await.text).filter(|board| board.contains(&format!("order {number}")))
    })
    .await;
    let card = board.split("<article>").find(|card| card.contains(&format!("order {number}"))).unwrap();
    let id = card.split("/board/").nth(1).unwrap().split('/').next().unwrap();
    let says = async |what: &str| {
        eventually(what, async || {
            let shown = visitor.clone().get(&format!("/stores/1/orders/{number}")).await;
            shown.text.contains(what).then_some(())
        })
        .await;
    };
    says("total, status and marker verified").await;
    desk.post_raw(&format!("/board/{id}/status"), &[("status", "504")]).await;
    says("changed the status in RO App").await;
}

#[tokio::test]
async fn a_sandbox_on_a_host_s_name_is_refused_with_what_to_write() {
    for option in ["--cartum", "--roapp"] {
        let told = Program::new().run(&["sandbox", option, "localhost:1"]).await;
        assert!(!told.success && told.stderr.contains("like 127.0.0.1:8091"), "{told:?}");
    }
}

#[tokio::test]
async fn the_demo_ends_on_ctrl_c_at_any_moment_of_its_start() {
    for wait in [0, 100, 300, 700, 1500, 3000] {
        let demo = Program::new();
        let temporary = demo.path("tmp");
        fs::create_dir(&temporary).unwrap();
        let demo = demo.env("TMPDIR", temporary.display());
        let mut running = demo.start(&["demo", "--orders", "10"]);
        // Before that the system ends it without asking.
        line(&mut running, "cartum-roapp demo").await;
        tokio::time::sleep(Duration::from_millis(wait)).await;
        running.signal("INT");
        let status = running.ended().await;
        assert!(status.success(), "{wait} ms: {status}: {}", running.stderr());
        assert!(running.stdout().contains("nothing is left running"), "{}", running.stdout());
        assert_eq!(entries(&temporary), [] as [std::path::PathBuf; 0], "{wait} ms");
    }
}

#[tokio::test]
async fn the_demo_shows_the_real_pace_too() {
    let demo = Program::new();
    let mut running = demo.start(&["demo", "--real-pace", "--orders", "20"]);
    let told = line(&mut running, "This RO App allows").await;
    assert!(told.contains("3 calls a second"), "{told}");
    line(&mut running, "store import:").await;
    running.signal("INT");
    assert!(running.ended().await.success(), "{}", running.stderr());
}
