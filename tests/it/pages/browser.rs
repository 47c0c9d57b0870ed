//! A real browser: Debian's chromium, driven by chromedriver.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

use super::site::PASSWORD;
use crate::support::eventually;

const CHROMIUM: &str = "/usr/bin/chromium";
const DRIVER: &str = "/usr/bin/chromedriver";

/// A browser of its own, with its driver.
pub(super) struct Browser {
    pub(super) page: Client,
    driver: Child,
}

/// How a page is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) width: u32,
    pub(super) is_dark: bool,
    pub(super) has_script: bool,
}

impl Default for View {
    fn default() -> Self {
        Self { width: 1280, is_dark: false, has_script: true }
    }
}

/// Whether there is a browser; else the tests that need one say so and end.
pub(super) fn is_there() -> bool {
    let is_there = [CHROMIUM, DRIVER].iter().all(|path| Path::new(path).exists());
    if !is_there {
        use std::io::Write as _;
        // Past the capture of tests: who runs them has to see it.
        let _ = writeln!(
            std::io::stderr(),
            "NO BROWSER: {CHROMIUM} and {DRIVER} are not installed; this test tried nothing"
        );
    }
    is_there
}

impl Browser {
    pub(super) async fn start(view: View) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let driver =
            Command::new(DRIVER).arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let driver = driver.unwrap();
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--window-size={},900", view.width));
        if view.is_dark {
            arguments.push("--force-dark-mode".to_owned());
        }
        let script = if view.has_script { 1 } else { 2 };
        let prefs = json!({"profile.managed_default_content_settings.javascript": script});
        let options = json!({"binary": CHROMIUM, "args": arguments, "prefs": prefs});
        let wanted = json!({"browserName": "chrome", "goog:chromeOptions": options});
        let Value::Object(wanted) = wanted else { unreachable!() };
        let url = format!("http://127.0.0.1:{port}");
        let page = eventually("the browser", async || {
            let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
            builder.capabilities(wanted.clone().into_iter().collect()).connect(&url).await.ok()
        })
        .await;
        Self { page, driver }
    }

    /// Signs in as a user of the tests.
    pub(super) async fn sign_in(&self, url: &str, name: &str) {
        self.goto(&format!("{url}/sign-in")).await;
        self.fill("name", name).await;
        self.fill("password", PASSWORD).await;
        self.press("main button").await;
    }

    pub(super) async fn goto(&self, url: &str) {
        self.page.goto(url).await.unwrap();
    }

    /// What a script of ours gives; it runs beside the page, whose own rules for scripts do not hold for it.
    pub(super) async fn run(&self, script: &str) -> Value {
        self.page.execute(script, vec![]).await.unwrap()
    }

    /// Types into a field in place of what stands there.
    pub(super) async fn fill(&self, id: &str, text: &str) {
        let field = self.page.find(Locator::Id(id)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Presses what this selects, once it is there.
    pub(super) async fn press(&self, selector: &str) {
        eventually(selector, async || self.page.find(Locator::Css(selector)).await.ok()?.click().await.ok()).await;
    }

    /// What stands in a field.
    pub(super) async fn value(&self, id: &str) -> String {
        self.value_of(&format!("#{id}")).await
    }

    /// What stands in the field that this selects.
    pub(super) async fn value_of(&self, selector: &str) -> String {
        let field = self.page.find(Locator::Css(selector)).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
        field.prop("value").await.unwrap().unwrap()
    }

    /// The fields at which something is wrong.
    pub(super) async fn wrong_fields(&self) -> Vec<String> {
        let mut names = Vec::new();
        for field in self.page.find_all(Locator::Css("[aria-invalid=true]")).await.unwrap() {
            names.push(field.attr("name").await.unwrap().unwrap());
        }
        names
    }

    /// Waits until this stands on the page.
    pub(super) async fn shows(&self, text: &str) {
        eventually(text, async || {
            let body = self.page.find(Locator::Css("body")).await.ok()?;
            body.text().await.ok().filter(|shown| shown.contains(text)).map(drop)
        })
        .await;
    }

    /// A picture of the whole page.
    pub(super) async fn picture(&self, path: &Path, width: u32) {
        let height = self.run("return document.documentElement.scrollHeight").await;
        let height = u32::try_from(height.as_u64().unwrap_or(900).clamp(400, 6_000)).unwrap();
        self.page.set_window_size(width, height + 160).await.unwrap();
        std::fs::write(path, self.page.screenshot().await.unwrap()).unwrap();
    }

    pub(super) async fn close(mut self) {
        let _ = self.page.clone().close().await;
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
