//! What happens next to an order, in words.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Judged, Shown};
use crate::{
    admin::{Told, framed, quoted_for_shell},
    db::{
        accounts::Account,
        orders::{Listed, OrderState},
        stores::Store,
    },
    domain::{
        dictionary::Names,
        order::StoreOrder,
        plan,
        said::Said,
        scope::{self, Scope},
        store::StoreState,
    },
};

/// What an order's future depends on.
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub(super) struct Prospect<'a> {
    pub(super) names: &'a Names,
    pub(super) store: &'a Store,
    /// As a command names it.
    pub(super) called: String,
    pub(super) account: Option<Account>,
    /// A daemon works on this database.
    pub(super) daemon: bool,
    pub(super) now: DateTime<Utc>,
    /// Every poll asks for the order by its number.
    pub(super) is_read_again: bool,
    /// The store shows another version than the newest one here.
    pub(super) changed: bool,
    /// A person has to say which order it is.
    pub(super) is_undecided: bool,
}

impl Prospect<'_> {
    /// A message between these, if there is one.
    fn framed(&self, before: &str, said: Option<&Said>, after: &str) -> String {
        framed(before, Told::of(said, self.names).as_ref(), after)
    }

    /// Of an order that was never seen.
    pub(super) fn of_unknown(&self, shown: &Shown, judged: Option<&Judged>) -> String {
        let order = match shown {
            Shown::Absent => return "nothing happens".to_owned(),
            Shown::Order(order) => order,
            Shown::Unreadable(_) => {
                let kept = || format!("it will be kept as unreadable {}", self.poll());
                return self.stopped().unwrap_or_else(kept);
            }
            Shown::Unsure(_) | Shown::NotAsked(_) => {
                let comes = || format!("if it is new and in scope, it will arrive {}", self.poll());
                return self.stopped().unwrap_or_else(comes);
            }
        };
        let Some(judged) = judged else { return self.stopped().unwrap_or_default() };
        match judged.scope {
            Scope::BeforeWindow => {
                format!("it will not be sent to RO App{}", self.framed(": ", judged.reason.as_ref(), ""))
            }
            Scope::ExcludedStatus => {
                let reason = self.framed("", judged.reason.as_ref(), "; ");
                format!("{reason}{}", self.of_excluded_status(self.is_polled(order.placed_at)))
            }
            Scope::Import | Scope::Live => self.coming(order),
        }
    }

    /// Of an order in scope that was never seen.
    fn coming(&self, order: &StoreOrder) -> String {
        if let Some(stopped) = self.stopped() {
            return stopped;
        }
        let store = self.store;
        let comes = if self.is_polled(order.placed_at) {
            format!("it will arrive {}", self.poll())
        } else if store.listed_at.is_none() {
            "it will arrive with the running import".to_owned()
        } else {
            "it is in scope but older than what polls ask for: it will arrive with the nightly audit, or now with `store audit`"
                .to_owned()
        };
        match plan::may_be_written(order, &store.settings) {
            Err(hold) => format!("{comes}, and will then be held: {}", Said::from(&hold).in_words(self.names)),
            Ok(()) => comes,
        }
    }

    /// Polls ask for orders that were placed then.
    fn is_polled(&self, placed_at: NaiveDateTime) -> bool {
        let store = self.store;
        let newest = store
            .watermark
            .or_else(|| store.connected_at.map(|connected| scope::local(connected, store.settings.time_zone)));
        newest.is_none_or(|newest| placed_at >= newest - scope::OVERLAP)
    }

    /// Of an order that is here.
    pub(super) fn of_known(&self, order: &Listed, shown: &Shown, judged: Option<&Judged>) -> String {
        let is_shown = matches!(shown, Shown::Order(_) | Shown::Unreadable(_));
        match order.state {
            OrderState::Removed => "nothing happens: its work order is not recreated unless you ask for it".to_owned(),
            OrderState::Excluded => self.of_excluded(order, judged),
            OrderState::Gone if is_shown => {
                self.stopped().unwrap_or_else(|| format!("it will be synced again {}", self.seen_again()))
            }
            OrderState::Gone => "nothing happens: its work order, if any, stays in RO App".to_owned(),
            _ if matches!(shown, Shown::Absent) && self.is_read_again => {
                let deleted = "it counts as deleted once it is missing three times over an hour";
                self.stopped().unwrap_or_else(|| format!("{deleted}; next checked {}", self.poll()))
            }
            _ if self.changed => {
                self.stopped().unwrap_or_else(|| format!("the newest version will arrive {}", self.seen_again()))
            }
            OrderState::Waiting => self.not_worked().unwrap_or_else(|| self.of_waiting(order)),
            OrderState::Synced if order.is_in_conflict() => {
                let waits = "the differences between both sides wait for `order resolve`";
                let not_worked = |why| format!("{waits}, which is refused while the store is stopped; {why}");
                self.not_worked().map_or_else(|| waits.to_owned(), not_worked)
            }
            OrderState::Synced => {
                self.stopped().unwrap_or_else(|| format!("it is compared again {}", self.seen_again()))
            }
            OrderState::Unreadable => {
                self.stopped().unwrap_or_else(|| format!("it is read again {}", self.seen_again()))
            }
            OrderState::Held if self.is_undecided => {
                self.not_worked().unwrap_or_else(|| "it waits for `order resolve`, as the reason says".to_owned())
            }
            OrderState::Incomplete | OrderState::Held | OrderState::Failed => {
                let state = order.state.word();
                let unread =
                    |why| format!("it stays {state} until `order retry`, or until it changes in the store; {why}");
                let not_worked = self.not_worked().map(|why| format!("it stays {state}; {why}"));
                let stays = || format!("it stays {state} until it changes in the store, or until `order retry`");
                not_worked.or_else(|| self.stopped().map(unread)).unwrap_or_else(stays)
            }
        }
    }

    fn of_excluded(&self, order: &Listed, judged: Option<&Judged>) -> String {
        let is_polled = order.placed_at.is_some_and(|at| self.is_polled(at));
        match judged {
            Some(judged) if judged.state == OrderState::Waiting => self.stopped().unwrap_or_else(|| {
                let when = if is_polled { self.poll() } else { "with the nightly audit".to_owned() };
                format!("it is in scope now: it will arrive {when}, or now with `order resync --fetch`")
            }),
            Some(Judged { scope: Scope::ExcludedStatus, .. }) => self.of_excluded_status(is_polled),
            None if order.status.is_some_and(|status| self.store.settings.excluded_statuses.contains(&status)) => {
                self.of_excluded_status(is_polled)
            }
            _ => "it will not be sent to RO App".to_owned(),
        }
    }

    fn of_excluded_status(&self, is_polled: bool) -> String {
        let when = if is_polled { "with each poll while it is new, then nightly" } else { "nightly" };
        let comes = format!("it will be sent to RO App when it leaves that status, which is checked {when}");
        let stopped = |why| format!("{comes} once the store is read again; {why}");
        self.stopped().map_or_else(|| comes.clone(), stopped)
    }

    fn of_waiting(&self, order: &Listed) -> String {
        let account = self.account.as_ref();
        if let Some(account) = account.filter(|account| account.needs_key) {
            return format!(
                "it waits for another API key: cartum-roapp account edit {} --api-key-file FILE",
                quoted_for_shell(&account.name)
            );
        }
        if let Some(account) = account.filter(|account| account.failing_since.is_some()) {
            let why = self.framed(" (", account.last_error.as_ref(), ")");
            return format!("RO App is unavailable{why}; it will be retried {}", self.at(account.retry_at));
        }
        format!("it will be tried {}", self.at(order.next_try_at))
    }

    /// Why nothing is done about the store in RO App either, and until when: what was read before a login ceased to work is
    /// brought there all the same.
    fn not_worked(&self) -> Option<String> {
        let is_without_login = self.store.settings.enabled && self.store.state == StoreState::NeedsCredentials;
        self.stopped().filter(|_| !is_without_login)
    }

    /// Why the store is not read, and until when.
    fn stopped(&self) -> Option<String> {
        let (store, called) = (self.store, &self.called);
        if !store.settings.enabled {
            return Some(
                "nothing happens until the store is switched on (enabled = true with `store edit`)".to_owned(),
            );
        }
        match store.state {
            StoreState::Importing | StoreState::Active => None,
            StoreState::Draft => Some(format!(
                "the store is a draft: nothing happens until it is imported with: cartum-roapp store import {called}"
            )),
            StoreState::Paused => Some(format!(
                "the store is paused{}: nothing happens until it is resumed with: cartum-roapp store resume {called}",
                self.framed(" (", store.reason.as_ref(), ")")
            )),
            StoreState::NeedsCredentials => Some(format!(
                "the store needs credentials: it is not read until its login works again (fix it with `store edit`; the next \
                 try is {})",
                self.at(store.next_poll_at)
            )),
        }
    }

    /// When an order is looked at again that is here already.
    fn seen_again(&self) -> String {
        if self.is_read_again {
            self.poll()
        } else {
            "with the nightly audit, or now with `order resync --fetch`".to_owned()
        }
    }

    fn poll(&self) -> String {
        format!("with the next poll, {}", self.at(self.store.next_poll_at))
    }

    fn at(&self, at: DateTime<Utc>) -> String {
        let when = if at <= self.now { "now".to_owned() } else { at.format("at %Y-%m-%d %H:%M:%S UTC").to_string() };
        let daemon = if self.daemon { "" } else { " (once a daemon runs: cartum-roapp run)" };
        format!("{when}{daemon}")
    }
}
