//! Searches for the person or product that an unanswered call may have created (contract roapp 10.3). A record that carries the
//! call's token under another name or article is not taken for it, and nobody is advised to delete it.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    db::{
        journal::{Entry, Sign},
        links::{self, LinkKind},
    },
    domain::{
        ids::ProductId,
        marker::Token,
        recovery::{self, Carrier, Traced},
        remote::ProductCard,
        said::{Said, Value},
    },
    roapp::{RoApp, RoAppError},
    sync::{
        account::{Account, made_since},
        outcome::Run,
    },
};

impl Account<'_> {
    /// What became of the call.
    pub(in crate::sync) async fn trace(&self, entry: &Entry) -> Run<Traced> {
        let carriers = match &entry.sign {
            Sign::Person { token, buyer_key, name } => self.people(entry, (token, buyer_key, name)).await?,
            Sign::Product { token, article, title } => self.products(entry, (token, article, title)).await?,
            Sign::WorkOrder { .. } | Sign::Line { .. } | Sign::Comment { .. } => Vec::new(),
        };
        Ok(recovery::trace(&carriers))
    }

    async fn people(&self, entry: &Entry, (token, buyer_key, name): (&str, &str, &str)) -> Run<Vec<Carrier>> {
        let token = Token(token.to_owned());
        let mut cards = match self.roapp()?.people_made_since(made_since(entry.sent_at)).await {
            Ok(cards) => cards,
            Err(error) => return Err(self.stop_for(error, self.unclear_after()).await),
        };
        cards.retain(|card| token.is_in(&card.notes));
        let ids: Vec<_> = cards.iter().map(|card| card.id.get()).collect();
        let others = self.others(entry, LinkKind::Person, &ids, Some(buyer_key)).await?;
        Ok(recovery::people(&token, name, &cards, |card| others.contains(&card.id.get())))
    }

    async fn products(&self, entry: &Entry, (token, article, title): (&str, &str, &str)) -> Run<Vec<Carrier>> {
        let token = Token(token.to_owned());
        let roapp = self.roapp()?;
        let cards = match carrying(&roapp, &token, article, title).await {
            Ok(cards) => cards,
            Err(error) => return Err(self.stop_for(error, self.unclear_after()).await),
        };
        let ids: Vec<_> = cards.iter().map(|card| card.id.get()).collect();
        let others = self.others(entry, LinkKind::Product, &ids, None).await?;
        Ok(recovery::products(&token, (article, title), &cards, |card| others.contains(&card.id.get())))
    }

    /// Which of these are linked with another buyer or article than the entry's.
    async fn others(&self, entry: &Entry, kind: LinkKind, ids: &[i64], buyer_key: Option<&str>) -> Run<BTreeSet<i64>> {
        let own: Vec<_> = [Some(entry.key.as_str()), buyer_key].into_iter().flatten().map(str::to_owned).collect();
        Ok(links::of_others(&self.engine.pool, self.id, kind, ids, &own).await?)
    }

    /// The oldest product that carries our token and says what one of ours would: made at a time that is not on record.
    pub(in crate::sync) async fn made_before(
        &self,
        token: &Token,
        article: &str,
        title: &str,
    ) -> Run<Option<ProductId>> {
        let roapp = self.roapp()?;
        let cards = match carrying(&roapp, token, article, title).await {
            Ok(cards) => cards,
            Err(error) => return Err(self.stop_for(error, Duration::ZERO).await),
        };
        let as_sent = recovery::products(token, (article, title), &cards, |_| false);
        let ids = as_sent.into_iter().filter(|carrier| carrier.is_as_sent).map(|carrier| ProductId::new(carrier.id));
        Ok(ids.filter(|id| self.seen(|seen| !seen.gone_products.has(id))).min())
    }
}

/// The products that carry the token, among those with this article; where none of them does, among those with this title.
async fn carrying(roapp: &RoApp, token: &Token, article: &str, title: &str) -> Result<Vec<ProductCard>, RoAppError> {
    let with_token = |mut cards: Vec<ProductCard>| {
        cards.retain(|card| token.is_in(&card.description));
        cards
    };
    if !article.is_empty() {
        let found = with_token(roapp.products_by_article(&[article.to_owned()]).await?);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(with_token(roapp.products_by_title(title).await?))
}

/// Why an order is held whose call several records may come from.
pub(in crate::sync) fn several(sign: &Sign, ids: &[i64]) -> Said {
    let said = match sign {
        Sign::Person { .. } => Said::new("several-people-of-one-call"),
        _ => Said::new("several-records-of-one-call"),
    };
    said.with("ids", ids.iter().copied().collect::<Value>())
}

/// Why an order is held whose call's sign is on something else.
pub(in crate::sync) fn changed(sign: &Sign, ids: &[i64]) -> Said {
    let said = match sign {
        Sign::Person { token, .. } => Said::new("person-of-call-changed").with("token", token.as_str()),
        Sign::Product { token, .. } => Said::new("product-of-call-changed").with("token", token.as_str()),
        _ => Said::new("record-of-call-changed"),
    };
    said.with("ids", ids.iter().copied().collect::<Value>())
}
