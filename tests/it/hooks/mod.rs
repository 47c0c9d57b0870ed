//! Webhooks in, over the real router: hints of stores and of RO App, and the subscriptions that bring them.

mod accounts;
mod attempts;
mod database;
mod events;
mod front;
mod hints;
mod subscriptions;

use cartum_roapp::{
    db::{
        self,
        orders::OrderState,
        reading,
        subscriptions::{self as hooks, HookState, Subscription},
    },
    sandbox::{cartum::Hook, world::SandboxOptions},
};
use reqwest::{Client, Method};
use serde_json::Value;

use self::front::Front;
use crate::support::{
    Running, eventually,
    world::{World, small},
};

/// A few orders, nearly all older than a poll looks back.
fn few() -> SandboxOptions {
    SandboxOptions { days: 40, ..small(12) }
}

/// An imported store.
async fn imported(options: SandboxOptions) -> World {
    World::imported_already(options).await
}

/// A daemon behind the front that polls once an hour, unless these settings say otherwise.
async fn start(world: &World, front: &Front, settings: &[(&str, &str)]) -> Running {
    let url = front.url();
    let usual = [("HTTP__PUBLIC_URL", url.as_str()), ("SYNC__POLL_INTERVAL", "1h"), ("LOG__LEVEL", "debug")];
    let daemon = world.process(&[&usual[..], settings].concat());
    front.lead_to(daemon.address().await.port());
    daemon
}

/// The store's subscription as it lies in the database.
async fn known(world: &World) -> Option<Subscription> {
    hooks::of_store(world.database.pool(), world.store).await.unwrap()
}

async fn in_hook_state(world: &World, state: HookState) -> Subscription {
    eventually(state.word(), || async { known(world).await.filter(|hook| hook.state == state) }).await
}

/// Waits for the subscription, and until the store is read no more; the subscription as the store has it.
async fn subscribed(world: &World) -> Hook {
    in_hook_state(world, HookState::Subscribed).await;
    at_rest(world).await;
    world.sandbox.shop.hooks().pop().unwrap()
}

/// Waits until the next poll is far away.
async fn at_rest(world: &World) {
    let pool = world.database.pool();
    let half_an_hour = chrono::Duration::minutes(30);
    eventually("a poll that is far away", || async {
        (world.store().await.next_poll_at > db::now(pool).await.unwrap() + half_an_hour).then_some(())
    })
    .await;
}

async fn state(world: &World, number: i64) -> Option<OrderState> {
    world.orders().await.into_iter().find(|order| order.number.get() == number).map(|order| order.state)
}

async fn synced(world: &World, number: i64) {
    eventually("the order", || async { state(world, number).await.filter(|state| *state == OrderState::Synced) }).await;
}

/// How often a function of the shop was called.
fn calls(world: &World, function: &str) -> usize {
    world.sandbox.shop.calls().iter().filter(|call| call.function == function).count()
}

async fn count(world: &World, table: &str) -> i64 {
    let text = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(text).fetch_one(world.database.pool()).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test is a peer with a client of its own")]
fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// Sends anything; status and body of the answer.
async fn send(method: Method, url: &str, body: impl Into<Vec<u8>>) -> (u16, String) {
    send_by(&client(), method, url, body).await
}

/// The same, many times by one client.
#[expect(clippy::disallowed_methods, reason = "a test is a peer with a client of its own")]
async fn send_by(client: &Client, method: Method, url: &str, body: impl Into<Vec<u8>>) -> (u16, String) {
    let answer = client.request(method, url).body(body.into()).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

const SUBSCRIBE: &str = "hooks/subscribe";
const UNSUBSCRIBE: &str = "hooks/unSubscribe";
/// As other tests poll.
const OFTEN: (&str, &str) = ("SYNC__POLL_INTERVAL", "1s");

/// Waits until the store was read so many times more.
async fn reads(world: &World, times: usize) {
    for _ in 0..times {
        let last = world.store().await.last_success_at;
        eventually("a read", || async { (world.store().await.last_success_at > last).then_some(()) }).await;
    }
}

/// Ends a daemon, and lets the next one read the store at once.
async fn stop(world: &World, mut daemon: Running) -> String {
    daemon.signal("TERM");
    daemon.ended().await;
    let mut tx = world.database.begin().await;
    reading::begin_now(&mut tx, &world.store().await).await.unwrap();
    tx.commit().await.unwrap();
    daemon.stdout()
}

async fn show(world: &World) -> Value {
    let shown = world.program("show").run(&["store", "show", "Sandbox shop", "--json"]).await;
    assert!(shown.success, "{shown:?}");
    serde_json::from_str(&shown.stdout).unwrap()
}

async fn show_text(world: &World) -> String {
    world.program("show").run(&["store", "show", "Sandbox shop"]).await.stdout
}

/// As if a day had passed since the last try.
async fn a_day_later(world: &World) {
    let text = "UPDATE store_hook SET tried_at = tried_at - interval '1 day'";
    sqlx::query(text).execute(world.database.pool()).await.unwrap();
}
