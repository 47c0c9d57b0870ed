//! What happens next to an order.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Judged, Shown, state_words};
use crate::{
    admin::{
        quoted_for_shell,
        told::{after_colon, bracketed},
    },
    db::{
        accounts::Account,
        orders::{Listed, OrderState},
        stores::Store,
    },
    domain::{
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
    /// Of an order that was never seen.
    pub(super) fn of_unknown(&self, shown: &Shown, judged: Option<&Judged>) -> Said {
        let order = match shown {
            Shown::Absent => return Said::new("next-nothing"),
            Shown::Order(order) => order,
            Shown::Unreadable(_) => return self.unless_stopped(|| Said::new("next-kept").with("when", self.poll())),
            Shown::Unsure(_) | Shown::NotAsked(_) => {
                return self.unless_stopped(|| Said::new("next-if-new").with("when", self.poll()));
            }
        };
        let Some(judged) = judged else { return self.unless_stopped(|| Said::new("next-nothing")) };
        match judged.scope {
            Scope::BeforeWindow => Said::new("next-not-sent").with("why", after_colon(judged.reason.as_ref())),
            Scope::ExcludedStatus => {
                let next = self.of_excluded_status(self.is_polled(order.placed_at));
                match &judged.reason {
                    Some(why) => Said::new("next-after-reason").with("why", why.clone()).with("next", next),
                    None => next,
                }
            }
            Scope::Import | Scope::Live => self.coming(order),
        }
    }

    /// Of an order in scope that was never seen.
    fn coming(&self, order: &StoreOrder) -> Said {
        if let Some(stopped) = self.stopped() {
            return stopped;
        }
        let store = self.store;
        let comes = if self.is_polled(order.placed_at) {
            Said::new("next-arrives").with("when", self.poll())
        } else if store.listed_at.is_none() {
            Said::new("next-arrives-imported")
        } else {
            Said::new("next-arrives-audited")
        };
        match plan::may_be_written(order, &store.settings) {
            Err(hold) => Said::new("next-then-held").with("next", comes).with("why", Said::from(&hold)),
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
    pub(super) fn of_known(&self, order: &Listed, shown: &Shown, judged: Option<&Judged>) -> Said {
        let is_shown = matches!(shown, Shown::Order(_) | Shown::Unreadable(_));
        let again = |said: Said| self.unless_stopped(|| said.with("when", self.seen_again()));
        match order.state {
            OrderState::Removed => Said::new("next-removed"),
            OrderState::Excluded => self.of_excluded(order, judged),
            OrderState::Gone if is_shown => again(Said::new("next-synced-again")),
            OrderState::Gone => Said::new("next-gone"),
            _ if matches!(shown, Shown::Absent) && self.is_read_again => {
                self.unless_stopped(|| Said::new("next-deleted").with("when", self.poll()))
            }
            _ if self.changed => again(Said::new("next-newest")),
            OrderState::Waiting => self.not_worked().unwrap_or_else(|| self.of_waiting(order)),
            OrderState::Synced if order.is_in_conflict() => match self.not_worked() {
                None => Said::new("next-conflict"),
                Some(why) => Said::new("next-conflict-stopped").with("why", why),
            },
            OrderState::Synced => again(Said::new("next-compared")),
            OrderState::Unreadable => again(Said::new("next-read-again")),
            OrderState::Held if self.is_undecided => self.not_worked().unwrap_or(Said::new("next-undecided")),
            OrderState::Incomplete | OrderState::Held | OrderState::Failed => self.of_settled(order.state),
        }
    }

    /// Of an order that stays as it is for now.
    fn of_settled(&self, state: OrderState) -> Said {
        let said = match (self.not_worked(), self.stopped()) {
            (Some(why), _) => Said::new("next-stays-stopped").with("why", why),
            (None, Some(why)) => Said::new("next-stays-unread").with("why", why),
            (None, None) => Said::new("next-stays"),
        };
        said.with("state", state_words(state))
    }

    fn of_excluded(&self, order: &Listed, judged: Option<&Judged>) -> Said {
        if order.reason.as_ref().is_some_and(|why| why.code() == "double-skipped") {
            return Said::new("next-skipped").with("called", self.called.as_str()).with("number", order.number.get());
        }
        let is_polled = order.placed_at.is_some_and(|at| self.is_polled(at));
        match judged {
            Some(judged) if judged.state == OrderState::Waiting => self.unless_stopped(|| {
                let when = if is_polled { self.poll() } else { Said::new("when-audited") };
                Said::new("next-in-scope").with("when", when)
            }),
            Some(Judged { scope: Scope::ExcludedStatus, .. }) => self.of_excluded_status(is_polled),
            None if order.status.is_some_and(|status| self.store.settings.excluded_statuses.contains(&status)) => {
                self.of_excluded_status(is_polled)
            }
            _ => Said::new("next-not-sent").with("why", after_colon(None)),
        }
    }

    fn of_excluded_status(&self, is_polled: bool) -> Said {
        let checked = if is_polled { "polled" } else { "nightly" };
        let comes = Said::new("next-when-included").with("checked", checked);
        match self.stopped() {
            None => comes,
            Some(why) => Said::new("next-once-read").with("next", comes).with("why", why),
        }
    }

    fn of_waiting(&self, order: &Listed) -> Said {
        let account = self.account.as_ref();
        if let Some(account) = account.filter(|account| account.needs_key) {
            return Said::new("next-other-key").with("account", quoted_for_shell(&account.name));
        }
        if let Some(account) = account.filter(|account| account.failing_since.is_some()) {
            let said = Said::new("next-roapp-away").with("why", bracketed(account.last_error.as_ref()));
            return said.with("when", self.at(account.retry_at));
        }
        Said::new("next-tried").with("when", self.at(order.next_try_at))
    }

    fn unless_stopped(&self, next: impl FnOnce() -> Said) -> Said {
        self.stopped().unwrap_or_else(next)
    }

    /// Why nothing is done about the store in RO App either, and until when: what was read before a login ceased to work is
    /// brought there all the same.
    fn not_worked(&self) -> Option<Said> {
        let is_without_login = self.store.settings.enabled && self.store.state == StoreState::NeedsCredentials;
        self.stopped().filter(|_| !is_without_login)
    }

    /// Why the store is not read, and until when.
    fn stopped(&self) -> Option<Said> {
        let (store, called) = (self.store, self.called.as_str());
        if !store.settings.enabled {
            return Some(Said::new("next-store-off"));
        }
        match store.state {
            StoreState::Importing | StoreState::Active => None,
            StoreState::Draft => Some(Said::new("next-store-draft").with("called", called)),
            StoreState::Paused => {
                let said = Said::new("next-store-paused").with("why", bracketed(store.reason.as_ref()));
                Some(said.with("called", called))
            }
            StoreState::NeedsCredentials => {
                Some(Said::new("next-store-without-login").with("when", self.at(store.next_poll_at)))
            }
        }
    }

    /// When an order is looked at again that is here already.
    fn seen_again(&self) -> Said {
        if self.is_read_again { self.poll() } else { Said::new("when-audited-or-fetched") }
    }

    fn poll(&self) -> Said {
        Said::new("when-polled").with("when", self.at(self.store.next_poll_at))
    }

    fn at(&self, at: DateTime<Utc>) -> Said {
        let when = if at <= self.now {
            Said::new("when-now")
        } else {
            Said::new("when-at").with("moment", at.format("%Y-%m-%d %H:%M:%S").to_string())
        };
        if self.daemon { when } else { Said::new("when-a-daemon-runs").with("when", when) }
    }
}
