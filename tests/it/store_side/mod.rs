//! What a store does while it is polled, and what the daemon makes of it.

mod answers;
mod catalogue;
mod clocks;
mod culprit;
mod data;
mod finals;
mod login;
mod rereads;
mod silence;
mod spoiled;
mod texts;

use cartum_roapp::{
    db::{
        history, notices,
        orders::{Listed, OrderState},
    },
    domain::dictionary::Names,
    sandbox::world::SandboxOptions,
};

use sqlx::AssertSqlSafe;

use crate::support::{
    eventually,
    world::{World, small},
};

/// A few orders, all in the window and nearly all older than a poll looks back.
pub(crate) fn few(orders: u32) -> SandboxOptions {
    SandboxOptions { days: 40, ..small(orders) }
}

/// Moves time, or breaks something, by a statement.
pub(crate) async fn sql(world: &World, statement: &'static str) {
    sqlx::query(statement).execute(world.database.pool()).await.unwrap();
}

/// The store has brought so much of this kind today, by its weight.
pub(crate) async fn brought_today(world: &World, kind: &str, weight: i64) {
    let statement = format!(
        "INSERT INTO intake_day (store_id, {kind}) SELECT id, {weight} FROM store
         ON CONFLICT (store_id, day) DO UPDATE SET {kind} = {weight}"
    );
    sqlx::query(AssertSqlSafe(statement)).execute(world.database.pool()).await.unwrap();
}

/// Open notices of the store and its account.
pub(crate) async fn topics(world: &World) -> Vec<String> {
    let store = world.store().await;
    let open = notices::open(world.database.pool(), store.account, Some(store.id)).await.unwrap();
    open.into_iter().map(|notice| notice.topic).collect()
}

pub(crate) async fn order(world: &World, number: i64) -> Listed {
    world.orders().await.into_iter().find(|order| order.number.get() == number).unwrap()
}

pub(crate) async fn in_state(world: &World, number: i64, state: OrderState) -> Listed {
    eventually(state.word(), || async {
        world.orders().await.into_iter().find(|order| order.number.get() == number && order.state == state)
    })
    .await
}

pub(crate) async fn history(world: &World, number: i64) -> Vec<String> {
    let id = order(world, number).await.id;
    let lines = history::of(world.database.pool(), id).await.unwrap();
    lines.into_iter().map(|(_, what)| what.in_words(&Names::default())).collect()
}

/// It is in RO App and still open.
pub(crate) fn is_open(order: &Listed) -> bool {
    order.state == OrderState::Synced && order.status.is_some_and(|status| ![3, 4].contains(&status.get()))
}

/// The oldest order that is in RO App and still open there.
pub(crate) async fn oldest(world: &World) -> i64 {
    world.orders().await.into_iter().filter(is_open).map(|order| order.number.get()).min().unwrap()
}

/// Waits until so many more polls went well, or badly: each calls the store at least once.
pub(crate) async fn polls(world: &World, count: i64) {
    let attempts = || async {
        sqlx::query_scalar::<_, i64>(
            "SELECT (extract(epoch FROM last_attempt_at) * 1000)::bigint FROM store WHERE id = $1",
        )
        .bind(world.store.get())
        .fetch_one(world.database.pool())
        .await
        .unwrap_or_default()
    };
    for _ in 0..count {
        let before = attempts().await;
        eventually("the next poll", || async { (attempts().await > before).then_some(()) }).await;
    }
}

/// Has the store read now, however long its interval is, and waits for the end of a reading that began after that.
pub(crate) async fn read_once(world: &World) {
    sql(world, "UPDATE store SET next_poll_at = now()").await;
    sql(world, "UPDATE account SET due_at = now()").await;
    // One that was running leaves a poll due that is wanted meanwhile.
    let ended = "SELECT 1 FROM store WHERE next_poll_at > clock_timestamp() AND read_ended_at >= last_attempt_at";
    let ended = || sqlx::query_scalar::<_, i32>(ended).fetch_optional(world.database.pool());
    eventually("the end of a reading", || async { ended().await.unwrap() }).await;
}

/// What work orders of the store's order were told.
fn comments(world: &World, work_order: i64) -> Vec<String> {
    world.sandbox.roapp.data().orders[&work_order].comments.iter().map(|comment| comment.text.clone()).collect()
}
