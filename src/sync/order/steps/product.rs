//! The product of a line: found by an exact match of the chosen key, else created, claimed first (design section 6, invariant 1).

use std::collections::VecDeque;

use crate::{
    db::{
        history,
        journal::{self, Settled, Sign},
        links::{self, LinkKind, NewLink},
        transitions,
    },
    domain::{
        ids::{EntryId, ProductId},
        marker::Token,
        matching::{self, ProductChoice},
        product::ProductWant,
        said::{Said, Value},
        store::{ProductKeyKind, Settings, UnknownProducts},
        text,
        words::{Language, Word},
    },
    http::Verdict,
    roapp::{NewProduct, RoAppError},
    sync::{
        account::{Account, alone::Alone},
        order::{Order, steps::plain},
        outcome::{Again, Counts, Outcome, Run},
    },
};

impl Order {
    /// Finds or makes a product and links it.
    pub(in crate::sync::order) async fn product(&mut self, account: &Account<'_>, want: &ProductWant) -> Run {
        let _alone = account.alone(Alone::Product(want.link_key.clone())).await?;
        if let Some(id) = account.linked_product(&want.link_key).await? {
            self.products.insert(want.link_key.clone(), id);
            return Ok(());
        }
        self.settle_product(account, &want.link_key, want).await?;
        let cards = account.search(want).await?;
        match matching::choose_product(want.kind, &want.key, &cards) {
            ProductChoice::One(id) => {
                if let Some(cost) = cards.iter().find(|card| card.id == id).and_then(|card| card.cost) {
                    self.costs.insert(id, cost);
                }
                self.link_product(
                    account,
                    None,
                    &want.link_key,
                    id,
                    &Said::new("matched-product").with("key", word(want.kind)),
                )
                .await
            }
            ProductChoice::Several(ids) => {
                let reason =
                    Said::new("several-products").with("key", word(want.kind)).with("value", want.key.as_str());
                Err(Outcome::held(reason.with("ids", ids.into_iter().collect::<Value>())))
            }
            ProductChoice::None => match self.store.settings.unknown_products {
                UnknownProducts::Create | UnknownProducts::Placeholder
                    if account.roapp()?.older_api() == Some(false) =>
                {
                    self.without_older_api(account, want).await
                }
                UnknownProducts::Create => {
                    let token = Token::product(&self.marker.host, &want.link_key);
                    let product = new_product(self, want, &token);
                    // What was searched by the same key a moment ago would have shown it.
                    let is_searched = match want.kind {
                        ProductKeyKind::Sku => product.article == want.key,
                        ProductKeyKind::Title => product.title == want.key,
                        ProductKeyKind::Code | ProductKeyKind::Barcode => false,
                    };
                    let (article, title) = (&product.article, &product.title);
                    if !is_searched && self.link_made_before(account, &want.link_key, &token, article, title).await? {
                        return Ok(());
                    }
                    self.make_product(account, &want.link_key, &token, product).await
                }
                UnknownProducts::Placeholder => self.placeholder(account, want).await,
                UnknownProducts::Hold => {
                    let reason = Said::new("no-product").with("key", word(want.kind)).with("value", want.key.as_str());
                    Err(Outcome::held(reason.with("title", want.title.as_str())))
                }
            },
        }
    }

    /// Settles calls of any order that may have made the product under this key, which is what is wanted or stands in for it.
    async fn settle_product(&mut self, account: &Account<'_>, key: &str, want: &ProductWant) -> Run {
        let kind = LinkKind::Product.word();
        for entry in journal::unclear_of_key(&account.engine.pool, account.id, kind, key).await? {
            match self.settle_entry(account, entry).await {
                Err(Outcome::Again(Again { after, counts: Counts::Nothing(_) })) => {
                    return Err(self.waits_for_another(account, want, after).await?);
                }
                settled => settled?,
            }
        }
        Ok(())
    }

    /// One product per store stands in for those RO App does not have; the line's comment says what it is.
    async fn placeholder(&mut self, account: &Account<'_>, want: &ProductWant) -> Run {
        let (key, token) = placeholder_of(self);
        let _alone = account.alone(Alone::Product(key.clone())).await?;
        if !self.use_placeholder(account, want).await? {
            let (settings, words) = (&self.store.settings, self.store.settings.words());
            let product = NewProduct {
                category: settings.product_category_id,
                title: stand_in_title(settings, words),
                article: String::new(),
                code: None,
                description: format!("{}\n{token}", words.word(Word::StandInDescription)),
                barcodes: Vec::new(),
            };
            self.make_product(account, &key, &token, product).await?;
            stand_in(self, &key, want);
        }
        Ok(())
    }

    /// The store's placeholder stands in, where RO App has it.
    pub(in crate::sync::order) async fn use_placeholder(
        &mut self,
        account: &Account<'_>,
        want: &ProductWant,
    ) -> Run<bool> {
        let (key, token) = placeholder_of(self);
        if let Some(id) = account.linked_product(&key).await? {
            self.products.insert(key.clone(), id);
        } else {
            self.settle_product(account, &key, want).await?;
            // One that was made before may be called as it was in another language.
            let words = self.store.settings.words();
            let others = Language::ALL.into_iter().filter(|language| *language != words);
            let titles: Vec<_> = std::iter::once(words)
                .chain(others)
                .map(|language| stand_in_title(&self.store.settings, language))
                .collect();
            let mut is_there = false;
            for title in &titles {
                is_there = is_there || self.link_made_before(account, &key, &token, "", title).await?;
            }
            if !is_there {
                return Ok(false);
            }
        }
        stand_in(self, &key, want);
        Ok(true)
    }

    /// Links a product that carries our token: made at a time that is not on record, before a backup was restored or by a copy
    /// of this program. True when there is one; of several the oldest is taken.
    async fn link_made_before(
        &mut self,
        account: &Account<'_>,
        key: &str,
        token: &Token,
        article: &str,
        title: &str,
    ) -> Run<bool> {
        let Some(id) = account.made_before(token, article, title).await? else { return Ok(false) };
        self.link_product(account, None, key, id, &Said::new("found-by-token")).await?;
        Ok(true)
    }

    async fn make_product(&mut self, account: &Account<'_>, key: &str, token: &Token, product: NewProduct) -> Run {
        let settings = &self.store.settings;
        let stand_in = stand_in_title(settings, settings.words());
        let article = product.article.clone();
        let mut forms = VecDeque::from(plain::products(product, &token.to_string(), &stand_in));
        let _alone = account.alone(Alone::NewProduct).await?;
        let (answer, entry) = loop {
            let Some(product) = forms.pop_front() else { return Err(Outcome::anew()) };
            // Under its own article it was looked for already.
            if product.article != article
                && self.link_made_before(account, key, token, &product.article, &product.title).await?
            {
                return Ok(());
            }
            let sign = Sign::Product {
                token: token.to_string(),
                article: product.article.clone(),
                title: product.title.clone(),
            };
            let entry = self.journal_claimed(account, LinkKind::Product, key, &sign).await?;
            account.forget_ahead(&product.article);
            match account.roapp()?.create_product(&product).await {
                // Perhaps it is a text that the product can be without.
                Err(RoAppError::Refused { .. }) if !forms.is_empty() => account.settle(entry, Settled::Refused).await?,
                answer => break (answer, entry),
            }
        };
        match answer {
            Ok(made) => {
                let Some(id) = made.0 else { return Err(account.without_id(entry).await) };
                self.link_product(account, Some(entry), key, id, &Said::new("made-for-order")).await
            }
            Err(error) if error.verdict() == Verdict::Never => {
                account
                    .commit("product.refused", |mut tx| async move {
                        journal::settle(&mut tx, entry, Settled::Refused).await?;
                        links::drop_claim(&mut tx, account.id, LinkKind::Product, key).await
                    })
                    .await?;
                if error.is_older_path_gone() && matches!(account.roapp()?.older_api_answers().await, Ok(false)) {
                    // It ended a moment ago: planned anew without it.
                    return Err(Outcome::anew());
                }
                Err(Outcome::refused(&error))
            }
            Err(error) => Err(account.create_failed(entry, error).await),
        }
    }

    /// Links a key with a product.
    pub(in crate::sync::order) async fn link_product(
        &mut self,
        account: &Account<'_>,
        made_by: Option<EntryId>,
        key: &str,
        id: ProductId,
        reason: &Said,
    ) -> Run {
        let order = &*self;
        account
            .commit("product.link_product", |mut tx| async move {
                if let Some(entry) = made_by {
                    journal::settle(&mut tx, entry, Settled::Done(Some(id.get()))).await?;
                    transitions::progress(&mut tx, order.work.order).await?;
                    history::add(&mut tx, order.work.order, &Said::new("product-made").with("product", id)).await?;
                }
                let (account, remote, order) = (account.id, id.get(), order.work.order);
                let link = NewLink { account, kind: LinkKind::Product, key, remote, reason, review: None, order };
                links::save(&mut tx, &link).await
            })
            .await?;
        self.products.insert(key.to_owned(), id);
        Ok(())
    }
}

/// What the product is called that stands in for others.
fn stand_in_title(settings: &Settings, language: Language) -> String {
    text::shorten(&language.stand_in_title(&settings.name), text::MAX_NAME)
}

/// A product as we make it: our token ends the description.
fn new_product(order: &Order, want: &ProductWant, token: &Token) -> NewProduct {
    let token = token.to_string();
    let room = text::MAX_TEXT.saturating_sub(token.chars().count() + 1);
    let description = text::shorten(&text::defuse_markers(&want.description), room);
    let description = if description.is_empty() { token } else { format!("{description}\n{token}") };
    NewProduct {
        category: order.store.settings.product_category_id,
        title: want.title.clone(),
        article: text::shorten(&want.article, text::MAX_NAME),
        code: (want.kind == ProductKeyKind::Code).then(|| want.key.parse().ok()).flatten(),
        description,
        barcodes: if want.kind == ProductKeyKind::Barcode { vec![want.key.clone()] } else { Vec::new() },
    }
}

/// Link key and token of the store's placeholder.
pub(super) fn placeholder_of(order: &Order) -> (String, Token) {
    let key = format!("placeholder:{}", order.marker.host);
    let token = Token::product(&order.marker.host, &key);
    (key, token)
}

fn stand_in(order: &mut Order, placeholder: &str, want: &ProductWant) {
    if let Some(id) = order.products.get(placeholder).copied() {
        order.products.insert(want.link_key.clone(), id);
        order.placeholders.push(want.link_key.clone());
    }
}

fn word(kind: ProductKeyKind) -> Said {
    match kind {
        ProductKeyKind::Sku => Said::new("key-article"),
        ProductKeyKind::Code => Said::new("key-code"),
        ProductKeyKind::Barcode => Said::new("key-barcode"),
        ProductKeyKind::Title => Said::new("key-title"),
    }
}
