//! Whether a store's settings still match the store: its lists once an hour, its clock by the orders that are new.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{PullError, Reader};
use crate::{
    cartum::{CartumError, Currency, StatusList},
    check::{self, Matters},
    db::{DbError, dictionary, leases::Tx, mapping, notices},
    domain::{
        ids::StoreStatusId,
        notice::{Side, Topic},
        said::Said,
        zone,
    },
    http::Verdict,
};

/// The successful status of a store that is too old to list its own (contract cartum 5).
const DELIVERED: StoreStatusId = StoreStatusId::new(3);

impl Reader<'_> {
    /// Reads the store's lists once an hour, and at once after an edit: which statuses are final, and whether the settings
    /// still fit. What cannot be read is as it was.
    pub(super) async fn read_lists(&mut self) -> Result<(), PullError> {
        if !self.beside.lists {
            return Ok(());
        }
        let mut refusal = None;
        let statuses = readable(self.shop.statuses().await, &mut refusal);
        let currencies = readable(self.shop.currencies().await, &mut refusal);
        self.note_fit(statuses.as_ref(), currencies.as_deref(), refusal).await?;
        Ok(())
    }

    async fn note_fit(
        &self,
        statuses: Option<&StatusList>,
        currencies: Option<&[Currency]>,
        refusal: Option<Said>,
    ) -> Result<(), DbError> {
        let (account, store) = (self.store.account, self.store.id);
        let refusal = &refusal;
        let compare = |mut tx: Tx| async move {
            let settings = mapping::settings(&mut tx, store).await?;
            let seen = mapping::seen_statuses(&mut tx, store).await?;
            let mut matters =
                statuses.map_or_else(Matters::new, |list| check::of_shop(&settings, list, currencies, &seen));
            let api = Topic::Setting(Side::Shop, "api".to_owned());
            let is_whole = statuses.is_some() && currencies.is_some();
            let is_refused = refusal.is_some();
            matters.extend(refusal.clone().map(|what| (api.clone(), what)));
            let currency = Topic::Setting(Side::Shop, "currency".to_owned());
            let owns = |topic: &Topic| match topic {
                topic if *topic == api => is_whole || is_refused,
                topic if *topic == currency => statuses.is_some() && currencies.is_some(),
                topic => statuses.is_some() && check::owns(Side::Shop, topic),
            };
            let new = mapping::keep_notices(&mut tx, (account, store), &matters, owns).await?;
            if let Some(statuses) = statuses {
                mapping::keep_statuses(&mut tx, store, &successful(statuses)).await?;
                let names = check::status_names(statuses, &settings.language);
                dictionary::keep(&mut tx, account, Some(store), &names).await?;
            }
            Ok(new)
        };
        for topic in self.commit("fit.compare", compare).await? {
            tracing::warn!(%topic, "the settings no longer match the store; see `store show`");
        }
        Ok(())
    }

    /// What the orders that a regular poll saw for the first time say of the store's zone. A clock that is off says nothing.
    pub(super) async fn note_zone(&mut self, last_poll: Option<DateTime<Utc>>) -> Result<(), DbError> {
        let placed_at: Vec<NaiveDateTime> = std::mem::take(&mut self.first_seen);
        if self.store.listed_at.is_none() || self.shop.clock_off().is_some() {
            return Ok(());
        }
        let zone = self.store.settings.time_zone;
        let Some(sign) = zone::sign(&placed_at, zone, last_poll, self.engine.clock.now()) else { return Ok(()) };
        let (account, store) = (self.store.account, self.store.id);
        let note = |mut tx: Tx| async move {
            if mapping::settings(&mut tx, store).await?.time_zone != zone {
                return Ok(None);
            }
            let mut signs = mapping::zone_signs(&mut tx, store).await?;
            signs.push(sign);
            signs.drain(..signs.len().saturating_sub(zone::KEPT));
            mapping::keep_zone_signs(&mut tx, store, &signs).await?;
            if zone::fits(&signs) {
                notices::clear(&mut tx, account, Some(store), &Topic::Zone).await?;
                return Ok(None);
            }
            let Some(shift) = zone::common_shift(&signs) else { return Ok(None) };
            let what = zone_off(shift, zone);
            let is_news = notices::raise(&mut tx, account, Some(store), &Topic::Zone, &what).await?;
            Ok(is_news.then_some(what))
        };
        if let Some(what) = self.commit("fit.note_zone", note).await? {
            tracing::warn!(text = %what, "the store's clock is not in the configured zone");
        }
        Ok(())
    }
}

/// A list, if it could be read; that the API does not offer it any more is told.
fn readable<T>(answer: Result<T, CartumError>, refusal: &mut Option<Said>) -> Option<T> {
    let error = match answer {
        Ok(list) => return Some(list),
        Err(error) => error,
    };
    tracing::debug!(error = &error as &dyn std::error::Error, "a list of the store could not be read");
    if error.verdict() == Verdict::Stop {
        refusal.get_or_insert(Said::from(&error));
    }
    None
}

fn successful(statuses: &StatusList) -> Vec<StoreStatusId> {
    match statuses {
        StatusList::Listed(list) => list.iter().filter(|status| status.is_successful).map(|status| status.id).collect(),
        StatusList::TooOld => vec![DELIVERED],
    }
}

fn zone_off(shift: i32, zone: chrono_tz::Tz) -> Said {
    let way = if shift > 0 { "ahead" } else { "behind" };
    let measured = match (shift.abs() / 60, shift.abs() % 60) {
        (0, minutes) => Said::new("time-minutes").with("minutes", minutes),
        (hours, 0) => Said::new("time-hours").with("hours", hours),
        (hours, minutes) => Said::new("time-hours-and-minutes").with("hours", hours).with("minutes", minutes),
    };
    Said::new("zone-off").with("measured", measured).with("way", way).with("zone", zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measured_difference_is_told_in_hours_and_minutes() {
        for (shift, told) in
            [(120, "2 h ahead of"), (-90, "1 h 30 min behind"), (60, "1 h ahead of"), (-30, "30 min behind")]
        {
            let text = zone_off(shift, chrono_tz::Europe::Kyiv).to_string();
            assert!(text.contains(told) && text.contains("Europe/Kyiv"), "{text}");
        }
    }
}
