//! `store show` and the JSON of stores.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Context, filled, moment, store_audit, when};
use crate::{
    admin::{called, find_store, settings_json, settings_toml},
    db::{
        Database,
        audits::{self, Last},
        dictionary,
        notices::{self, Notice},
        polls::{self, ImportCounts},
        stores::Store,
        subscriptions::{self, HookState, Subscription},
    },
    domain::{dictionary::Names, store::StoreState},
};

pub(super) async fn show(context: &Context, database: &Database, name: &str, json: bool) -> anyhow::Result<()> {
    let store = find_store(&database.pool, name).await?;
    let counts = polls::import_counts(&database.pool, store.id).await?;
    let notices = notices::open(&database.pool, store.account, Some(store.id)).await?;
    let hook = subscriptions::of_store(&database.pool, store.id).await?;
    let audit = audits::last(&database.pool, store.id).await?;
    if json {
        let mut shown = head_json(&store);
        shown["last_audit_at"] = json!(audit.map(|last| moment(last.at)));
        shown["notices"] = notices.iter().map(notice_json).collect();
        shown["webhook"] = hook.as_ref().map_or(Value::Null, hook_json);
        shown["import"] = import_json(&store, &counts);
        shown["settings"] = settings_json(&store.account_name, &store.settings);
        context.output.json(&shown)?;
        return Ok(());
    }
    let output = &context.output;
    let called = called(&database.pool, &store).await?;
    let names = dictionary::names(&database.pool, store.account, store.id).await?;
    output.line(format_args!("{} (account {})", store.settings.name, store.account_name))?;
    output.entries(&entries(&store, &called, &counts, audit.as_ref(), (&notices, &names), hook.as_ref()))?;
    output.line("settings")?;
    let settings = settings_toml(&database.pool, &store).await?;
    output.lines(settings.lines().map(|line| format!("  {line}").trim_end().to_owned()))?;
    Ok(())
}

/// The settings alone, for `store edit`.
pub(super) async fn toml(context: &Context, database: &Database, name: &str) -> anyhow::Result<()> {
    let store = find_store(&database.pool, name).await?;
    Ok(context.output.verbatim(&settings_toml(&database.pool, &store).await?)?)
}

/// A store's state for people and programs; one that is switched off says so.
pub(super) fn state(store: &Store) -> &'static str {
    if store.settings.enabled { store.state.word() } else { "off" }
}

/// When it is polled next; `None` while it is not polled at all.
pub(super) fn next_poll(store: &Store) -> Option<DateTime<Utc>> {
    let polled = store.settings.enabled
        && matches!(store.state, StoreState::Importing | StoreState::Active | StoreState::NeedsCredentials);
    polled.then_some(store.next_poll_at)
}

/// What every JSON of a store has.
pub(super) fn head_json(store: &Store) -> Value {
    json!({
        "name": store.settings.name,
        "account": store.account_name,
        "site_url": store.settings.site_url,
        "enabled": store.settings.enabled,
        "state": store.state.word(),
        "reason": filled(&store.reason),
        "since": moment(store.state_since),
        "last_success_at": store.last_success_at.map(moment),
        "next_poll_at": next_poll(store).map(moment),
        "failing_since": store.failing_since.map(moment),
        "last_error": filled(&store.last_error),
    })
}

fn notice_json(notice: &Notice) -> Value {
    json!({ "topic": notice.topic, "text": notice.text, "raised_at": moment(notice.raised_at) })
}

/// Whether the subscription stands; the URL with its secret is shown nowhere.
fn hook_json(hook: &Subscription) -> Value {
    json!({
        "state": hook.state.word(),
        "subscribed": hook.state == HookState::Subscribed,
        "since": moment(hook.since),
        "event": hook.event,
        "public_url": filled(&hook.public_url),
        "reason": filled(&hook.reason),
    })
}

fn hook_text(hook: &Subscription) -> String {
    let (event, url, reason) = (&hook.event, &hook.public_url, &hook.reason);
    let since = when(hook.since);
    match hook.state {
        HookState::Subscribed if reason.is_empty() => format!("{event} to {url}, since {since}"),
        HookState::Subscribed => format!("{event} to {url}, since {since}; could not be unsubscribed: {reason}"),
        HookState::Idle if reason.is_empty() => format!("not subscribed, since {since}"),
        HookState::Idle => format!("not subscribed, since {since}; tried again: {reason}"),
        HookState::Asked if reason.is_empty() => format!("asked for {since}, no answer is known"),
        HookState::Asked => format!("asked for {since}, and it is not known whether it stands: {reason}"),
        HookState::Refused => format!("refused, since {since}; polling is enough: {reason}"),
        HookState::Ended => {
            format!("{reason}, {since}; polling is enough, `store edit` or `store resume` has it subscribed again")
        }
    }
}

/// Always an object: the figures, and the moments as far as they have come.
fn import_json(store: &Store, counts: &ImportCounts) -> Value {
    json!({
        "found": counts.found,
        "done": counts.done,
        "excluded": counts.excluded,
        "held": counts.held,
        "failed": counts.failed,
        "waiting": counts.waiting,
        "connected_at": store.connected_at.map(moment),
        "window_from": store.window_from.map(|from| moment(crate::domain::scope::to_utc(from, store.settings.time_zone))),
        "listed_at": store.listed_at.map(moment),
        "finished_at": store.finished_at.map(moment),
    })
}

fn entries(
    store: &Store,
    called: &str,
    counts: &ImportCounts,
    audit: Option<&Last>,
    (notices, names): (&[Notice], &Names),
    hook: Option<&Subscription>,
) -> Vec<(&'static str, String)> {
    let reason = if store.reason.is_empty() { String::new() } else { format!(": {}", store.reason) };
    let mut entries = vec![
        ("state", format!("{}{reason} (since {})", state(store), when(store.state_since))),
        ("last success", store.last_success_at.map_or_else(|| "never".to_owned(), when)),
    ];
    entries.extend(next_poll(store).map(|at| ("next poll", when(at))));
    entries.extend(store.failing_since.map(|at| ("failing since", format!("{}: {}", when(at), store.last_error))));
    entries.push(("import", import_text(store, called, counts)));
    entries.extend(audit.map(|audit| ("last audit", store_audit::shown(audit))));
    entries.extend(hook.map(|hook| ("webhook", hook_text(hook))));
    let told =
        |notice: &Notice| ("notice", format!("{} (since {})", names.in_words(&notice.text), when(notice.raised_at)));
    entries.extend(notices.iter().map(told));
    entries
}

fn import_text(store: &Store, called: &str, counts: &ImportCounts) -> String {
    let Some(connected_at) = store.connected_at else {
        return format!("not asked for yet; do it with: cartum-roapp store import {called}");
    };
    let ImportCounts { found, done, excluded, held, failed, waiting } = counts;
    let end = match (store.finished_at, store.listed_at) {
        (Some(at), _) => format!("finished {}", when(at)),
        (None, Some(_)) => "every order of the window is listed".to_owned(),
        (None, None) => "the window is being listed".to_owned(),
    };
    format!(
        "{found} found: {done} done, {excluded} excluded, {held} held, {failed} failed, {waiting} waiting; \
         connected {}, {end}",
        when(connected_at)
    )
}
