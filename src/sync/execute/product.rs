//! The product of a line: found by the chosen key, exactly, else made, claimed first (design section 6, invariant 1).

use std::{collections::VecDeque, time::Duration};

use super::{
    Writer,
    job::Job,
    plain,
    rest::{Rest, Stop},
};
use crate::{
    db::{
        DbError,
        journal::{self, Outcome, Sign},
        links::{self, Link, LinkKind, NewLink},
        orders, work,
    },
    domain::{
        ids::{EntryId, ProductId},
        marker::Token,
        matching::{self, ProductChoice},
        product::ProductWant,
        remote::ProductCard,
        store::{ProductKeyKind, Settings, UnknownProducts},
        text,
        words::{Language, Word},
    },
    http::Verdict,
    roapp::{NewProduct, RoAppError},
};

impl Writer<'_> {
    /// Finds or makes a product and links it.
    pub(super) async fn product(&mut self, job: &mut Job, want: &ProductWant) -> Result<(), Stop> {
        if let Some(id) = self.linked_product(&want.link_key).await? {
            job.products.insert(want.link_key.clone(), id);
            return Ok(());
        }
        match self.settle_product(job, &want.link_key).await {
            Err(Stop::Rest(Rest::Wait(pause))) => return Err(self.waits_for_another(job, want, pause).await?),
            settled => settled?,
        }
        let cards = self.search(want).await?;
        match matching::choose_product(want.kind, &want.key, &cards) {
            ProductChoice::One(id) => {
                if let Some(cost) = cards.iter().find(|card| card.id == id).and_then(|card| card.cost) {
                    job.costs.insert(id, cost);
                }
                self.link_product(job, None, &want.link_key, id, &format!("equal {}", word(want.kind))).await
            }
            ProductChoice::Several(ids) => {
                let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                let reason = format!(
                    "RO App has several products with the {} {:?} (ids {}); make it unique there, then `order retry`",
                    word(want.kind),
                    want.key,
                    ids.join(", ")
                );
                Err(Rest::Held(reason).into())
            }
            ProductChoice::None => match job.store.settings.unknown_products {
                UnknownProducts::Create | UnknownProducts::Placeholder if self.roapp()?.older_api() == Some(false) => {
                    self.without_older_api(job, want).await
                }
                UnknownProducts::Create => {
                    let token = Token::product(&job.marker.host, &want.link_key);
                    let product = new_product(job, want, &token);
                    // What was searched by the same key a moment ago would have shown it.
                    let is_searched = match want.kind {
                        ProductKeyKind::Sku => product.article == want.key,
                        ProductKeyKind::Title => product.title == want.key,
                        ProductKeyKind::Code | ProductKeyKind::Barcode => false,
                    };
                    let (article, title) = (&product.article, &product.title);
                    if !is_searched && self.link_made_before(job, &want.link_key, &token, article, title).await? {
                        return Ok(());
                    }
                    self.make_product(job, &want.link_key, &token, product).await
                }
                UnknownProducts::Placeholder => self.placeholder(job, want).await,
                UnknownProducts::Hold => {
                    let reason = format!(
                        "RO App has no product with the {} {:?} ({}), and unknown_products is \"hold\"; add it there, then `order retry`",
                        word(want.kind),
                        want.key,
                        want.title
                    );
                    Err(Rest::Held(reason).into())
                }
            },
        }
    }

    async fn linked_product(&self, key: &str) -> Result<Option<ProductId>, DbError> {
        let link = links::find(&self.engine.pool, self.account.id, LinkKind::Product, key).await?;
        Ok(match link {
            Some(Link::Made(id)) => Some(ProductId::new(id)),
            Some(Link::Claimed) | None => None,
        })
    }

    /// Settles calls of any order that may have made this product.
    async fn settle_product(&mut self, job: &mut Job, key: &str) -> Result<(), Stop> {
        let kind = LinkKind::Product.word();
        for entry in journal::unclear_of_key(&self.engine.pool, self.account.id, kind, key).await? {
            self.settle_entry(job, entry).await?;
        }
        Ok(())
    }

    async fn search(&mut self, want: &ProductWant) -> Result<Vec<ProductCard>, Stop> {
        let roapp = self.roapp()?;
        let key = std::slice::from_ref(&want.key);
        let found = match want.kind {
            ProductKeyKind::Sku => roapp.products_by_article(key).await,
            ProductKeyKind::Code => roapp.products_by_text(&want.key).await,
            ProductKeyKind::Barcode => roapp.products_by_barcode(key).await,
            ProductKeyKind::Title => roapp.products_by_title(&want.key).await,
        };
        match found {
            Ok(mut cards) => {
                // One that was deleted may be listed still (contract roapp unknown 29).
                self.engine.seen(self.account.id, |seen| cards.retain(|card| !seen.gone_products.has(&card.id)));
                Ok(cards)
            }
            Err(error) => Err(self.stop_for(error, Duration::ZERO).await),
        }
    }

    /// One product per store stands in for those RO App does not have; the line's comment says what it is.
    async fn placeholder(&mut self, job: &mut Job, want: &ProductWant) -> Result<(), Stop> {
        if !self.stands_in(job, want).await? {
            let (key, token) = placeholder_of(job);
            let (settings, words) = (&job.store.settings, job.store.settings.words());
            let product = NewProduct {
                category: settings.product_category_id,
                title: stand_in_title(settings, words),
                article: String::new(),
                code: None,
                description: format!("{}\n{token}", words.word(Word::StandInDescription)),
                barcodes: Vec::new(),
            };
            self.make_product(job, &key, &token, product).await?;
            stand_in(job, &key, want);
        }
        Ok(())
    }

    /// The store's placeholder stands in, where RO App has it.
    pub(super) async fn stands_in(&mut self, job: &mut Job, want: &ProductWant) -> Result<bool, Stop> {
        let (key, token) = placeholder_of(job);
        if let Some(id) = self.linked_product(&key).await? {
            job.products.insert(key.clone(), id);
        } else {
            match self.settle_product(job, &key).await {
                Err(Stop::Rest(Rest::Wait(pause))) => return Err(self.waits_for_another(job, want, pause).await?),
                settled => settled?,
            }
            // One that was made before may be called as it was in another language.
            let words = job.store.settings.words();
            let others = Language::ALL.into_iter().filter(|language| *language != words);
            let titles: Vec<_> = std::iter::once(words)
                .chain(others)
                .map(|language| stand_in_title(&job.store.settings, language))
                .collect();
            let mut is_there = false;
            for title in &titles {
                is_there = is_there || self.link_made_before(job, &key, &token, "", title).await?;
            }
            if !is_there {
                return Ok(false);
            }
        }
        stand_in(job, &key, want);
        Ok(true)
    }

    /// Links a product that carries our token: made at a time that is not on record, before a backup was restored or by a copy
    /// of this program. True when there is one; of several the oldest is taken.
    async fn link_made_before(
        &mut self,
        job: &mut Job,
        key: &str,
        token: &Token,
        article: &str,
        title: &str,
    ) -> Result<bool, Stop> {
        let Some(id) = self.made_before(token, article, title).await? else { return Ok(false) };
        self.link_product(job, None, key, id, "made by us, found by its token").await?;
        Ok(true)
    }

    async fn make_product(&mut self, job: &mut Job, key: &str, token: &Token, product: NewProduct) -> Result<(), Stop> {
        let settings = &job.store.settings;
        let stand_in = stand_in_title(settings, settings.words());
        let article = product.article.clone();
        let mut forms = VecDeque::from(plain::products(product, &token.to_string(), &stand_in));
        let (answer, entry) = loop {
            let Some(product) = forms.pop_front() else { return Err(Rest::Wait(Duration::ZERO).into()) };
            // Under its own article it was looked for already.
            if product.article != article
                && self.link_made_before(job, key, token, &product.article, &product.title).await?
            {
                return Ok(());
            }
            let sign = Sign::Product {
                token: token.to_string(),
                article: product.article.clone(),
                title: product.title.clone(),
            };
            let mut tx = self.lease.begin(&self.engine.pool).await?;
            links::claim(&mut tx, self.account.id, LinkKind::Product, key, job.work.order).await?;
            let entry = self.journal_in(&mut tx, job, key, &sign).await?;
            tx.commit().await.map_err(DbError::from)?;
            match self.roapp()?.create_product(&product).await {
                // Perhaps it is a text that the product can be without.
                Err(RoAppError::Refused { .. }) if !forms.is_empty() => self.settle(entry, Outcome::Refused).await?,
                answer => break (answer, entry),
            }
        };
        match answer {
            Ok(made) => {
                let Some(id) = made.0 else { return Err(self.without_id(entry).await) };
                self.link_product(job, Some(entry), key, id, "made for this order").await
            }
            Err(error) if error.verdict() == Verdict::Never => {
                let mut tx = self.lease.begin(&self.engine.pool).await?;
                journal::settle(&mut tx, entry, Outcome::Refused).await?;
                links::drop_claim(&mut tx, self.account.id, LinkKind::Product, key).await?;
                tx.commit().await.map_err(DbError::from)?;
                if error.is_older_path_gone() && matches!(self.roapp()?.older_api_answers().await, Ok(false)) {
                    // It ended a moment ago: planned anew without it.
                    return Err(Rest::Wait(Duration::ZERO).into());
                }
                Err(Rest::Refused(error.to_string()).into())
            }
            Err(error) => Err(self.create_failed(entry, error).await),
        }
    }

    /// Links a key with a product.
    pub(super) async fn link_product(
        &self,
        job: &mut Job,
        made_by: Option<EntryId>,
        key: &str,
        id: ProductId,
        reason: &str,
    ) -> Result<(), Stop> {
        let mut tx = self.lease.begin(&self.engine.pool).await?;
        if let Some(entry) = made_by {
            journal::settle(&mut tx, entry, Outcome::Done(Some(id.get()))).await?;
            work::progressed(&mut tx, job.work.order).await?;
            orders::tell(&mut tx, job.work.order, &format!("product {id} made")).await?;
        }
        let (account, remote, order) = (self.account.id, id.get(), job.work.order);
        let link = NewLink { account, kind: LinkKind::Product, key, remote, reason, review: "", order };
        links::save(&mut tx, &link).await?;
        tx.commit().await.map_err(DbError::from)?;
        job.products.insert(key.to_owned(), id);
        Ok(())
    }
}

/// What the product is called that stands in for others.
fn stand_in_title(settings: &Settings, language: Language) -> String {
    text::shorten(&language.stand_in_title(&settings.name), text::MAX_NAME)
}

/// A product as we make it: our token ends the description.
fn new_product(job: &Job, want: &ProductWant, token: &Token) -> NewProduct {
    let token = token.to_string();
    let room = text::MAX_TEXT.saturating_sub(token.chars().count() + 1);
    let description = text::shorten(&text::defuse_markers(&want.description), room);
    let description = if description.is_empty() { token } else { format!("{description}\n{token}") };
    NewProduct {
        category: job.store.settings.product_category_id,
        title: want.title.clone(),
        article: text::shorten(&want.article, text::MAX_NAME),
        code: (want.kind == ProductKeyKind::Code).then(|| want.key.parse().ok()).flatten(),
        description,
        barcodes: if want.kind == ProductKeyKind::Barcode { vec![want.key.clone()] } else { Vec::new() },
    }
}

/// Link key and token of the store's placeholder.
fn placeholder_of(job: &Job) -> (String, Token) {
    let key = format!("placeholder:{}", job.marker.host);
    let token = Token::product(&job.marker.host, &key);
    (key, token)
}

fn stand_in(job: &mut Job, placeholder: &str, want: &ProductWant) {
    if let Some(id) = job.products.get(placeholder).copied() {
        job.products.insert(want.link_key.clone(), id);
        job.placeholders.push(want.link_key.clone());
    }
}

fn word(kind: ProductKeyKind) -> &'static str {
    match kind {
        ProductKeyKind::Sku => "article",
        ProductKeyKind::Code => "code",
        ProductKeyKind::Barcode => "barcode",
        ProductKeyKind::Title => "title",
    }
}
