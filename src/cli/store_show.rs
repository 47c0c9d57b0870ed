//! `store show`.

use sqlx::PgPool;

use super::{Context, store_audit, when};
use crate::admin::{HookState, StoreView, WebhookView, find_store, framed, settings_toml, store_view};

pub(super) async fn show(context: &Context, pool: &PgPool, name: &str, json: bool) -> anyhow::Result<()> {
    let store = store_view(pool, &find_store(pool, name).await?).await?;
    let output = &context.output;
    if json {
        output.json(&store)?;
        return Ok(());
    }
    output.line(format_args!("{} (account {})", store.row.name, store.row.account))?;
    output.entries(&entries(&store))?;
    output.line("settings")?;
    output.lines(store.toml.lines().map(|line| format!("  {line}").trim_end().to_owned()))?;
    Ok(())
}

/// The settings alone, for `store edit`.
pub(super) async fn toml(context: &Context, pool: &PgPool, name: &str) -> anyhow::Result<()> {
    let store = find_store(pool, name).await?;
    Ok(context.output.verbatim(&settings_toml(pool, &store).await?)?)
}

fn hook_text(hook: &WebhookView) -> String {
    let (event, url, why) = (&hook.event, &hook.public_url, framed(": ", hook.reason.as_ref(), ""));
    let since = when(hook.since);
    match hook.standing {
        HookState::Subscribed if why.is_empty() => format!("{event} to {url}, since {since}"),
        HookState::Subscribed => format!("{event} to {url}, since {since}; could not be unsubscribed{why}"),
        HookState::Idle if why.is_empty() => format!("not subscribed, since {since}"),
        HookState::Idle => format!("not subscribed, since {since}; will be retried{why}"),
        HookState::Asked if why.is_empty() => format!("requested {since}, no answer known"),
        HookState::Asked => format!("requested {since}, not known whether it is subscribed{why}"),
        HookState::Refused => format!("refused, since {since}; polling is enough{why}"),
        HookState::Ended => {
            let reason = framed("", hook.reason.as_ref(), "");
            format!("{reason}, {since}; polling is enough; `store edit` or `store resume` subscribes it again")
        }
    }
}

fn entries(store: &StoreView) -> Vec<(&'static str, String)> {
    let row = &store.row;
    let reason = framed(": ", row.reason.as_ref(), "");
    let mut entries = vec![
        ("state", format!("{}{reason} (since {})", row.state_or_off(), when(row.since))),
        ("last success", row.last_success_at.map_or_else(|| "never".to_owned(), when)),
    ];
    entries.extend(row.next_poll_at.map(|at| ("next poll", when(at))));
    entries.extend(
        row.failing_since
            .map(|at| ("failing since", format!("{}{}", when(at), framed(": ", row.last_error.as_ref(), "")))),
    );
    entries.push(("import", import_text(store)));
    entries.extend(store.audit.as_ref().map(|audit| ("last audit", store_audit::shown(audit))));
    entries.extend(store.webhook.as_ref().map(|hook| ("webhook", hook_text(hook))));
    let notices = store.notices.iter();
    entries.extend(notices.map(|notice| ("notice", format!("{} (since {})", notice.what, when(notice.raised_at)))));
    entries
}

fn import_text(store: &StoreView) -> String {
    let import = &store.import;
    let Some(connected_at) = import.connected_at else {
        return format!("not started yet; start it with: cartum-roapp store import {}", store.called);
    };
    let end = match (import.finished_at, import.listed_at) {
        (Some(at), _) => format!("finished {}", when(at)),
        (None, Some(_)) => "all orders of the window are listed".to_owned(),
        (None, None) => "the window is being listed".to_owned(),
    };
    format!(
        "{} found: {} done, {} excluded, {} held, {} failed, {} waiting; connected {}, {end}",
        import.found,
        import.done,
        import.excluded,
        import.held,
        import.failed,
        import.waiting,
        when(connected_at)
    )
}
